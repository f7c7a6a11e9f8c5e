-- DropIndex
DROP INDEX "Landing_commandId_key";

-- AlterTable
ALTER TABLE "Command" ADD COLUMN     "leaseUntil" TIMESTAMP(3),
ADD COLUMN     "progress" TEXT;

-- AlterTable
ALTER TABLE "Landing" ADD COLUMN     "batch" TEXT NOT NULL DEFAULT '[]',
ADD COLUMN     "changeTip" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "checkedCommit" TEXT;

-- CreateTable
CREATE TABLE "Repository" (
    "id" TEXT NOT NULL,
    "orchestratorId" TEXT NOT NULL,
    "repoRoot" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "baseBranch" TEXT,
    "protected" BOOLEAN NOT NULL,
    "checks" TEXT NOT NULL,
    "checkRetries" INTEGER NOT NULL,
    "batchSize" INTEGER NOT NULL,
    "updatedBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Repository_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Repository_orchestratorId_idx" ON "Repository"("orchestratorId");

-- CreateIndex
CREATE UNIQUE INDEX "Landing_commandId_workspaceId_key" ON "Landing"("commandId", "workspaceId");

-- What landed before landed alone.
UPDATE "Landing" SET "changeTip" = "newTip", "batch" = '["' || "workspaceId" || '"]';
