-- AlterTable
ALTER TABLE "Command" ADD COLUMN     "cancelRequestedAt" TIMESTAMP(3),
ADD COLUMN     "cancelRequestedBy" TEXT;

-- AlterTable
ALTER TABLE "Agent" ADD COLUMN     "shutdownFailure" TEXT;
