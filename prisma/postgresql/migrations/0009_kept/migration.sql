-- AlterTable
ALTER TABLE "Workspace" ADD COLUMN     "claimExpiresAt" TIMESTAMP(3),
ADD COLUMN     "claimHolder" TEXT,
ADD COLUMN     "claimPurpose" TEXT,
ADD COLUMN     "claimSince" TIMESTAMP(3),
ADD COLUMN     "keptAt" TIMESTAMP(3),
ADD COLUMN     "keptRemovedAt" TIMESTAMP(3),
ADD COLUMN     "keptSha" TEXT;
