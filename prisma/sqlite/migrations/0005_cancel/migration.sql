-- AlterTable
ALTER TABLE "Command" ADD COLUMN "cancelRequestedAt" DATETIME;
ALTER TABLE "Command" ADD COLUMN "cancelRequestedBy" TEXT;

-- AlterTable
ALTER TABLE "Agent" ADD COLUMN "shutdownFailure" TEXT;
