-- AlterTable
ALTER TABLE "Workspace" ADD COLUMN "claimExpiresAt" DATETIME;
ALTER TABLE "Workspace" ADD COLUMN "claimHolder" TEXT;
ALTER TABLE "Workspace" ADD COLUMN "claimPurpose" TEXT;
ALTER TABLE "Workspace" ADD COLUMN "claimSince" DATETIME;
ALTER TABLE "Workspace" ADD COLUMN "keptAt" DATETIME;
ALTER TABLE "Workspace" ADD COLUMN "keptRemovedAt" DATETIME;
ALTER TABLE "Workspace" ADD COLUMN "keptSha" TEXT;
