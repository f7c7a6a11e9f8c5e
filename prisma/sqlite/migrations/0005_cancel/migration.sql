-- AlterTable
ALTER TABLE "Command" ADD COLUMN "cancelRequestedAt" DATETIME;
ALTER TABLE "Command" ADD COLUMN "cancelRequestedBy" TEXT;
