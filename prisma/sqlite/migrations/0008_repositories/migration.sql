-- AlterTable
ALTER TABLE "Command" ADD COLUMN "leaseUntil" DATETIME;
ALTER TABLE "Command" ADD COLUMN "progress" TEXT;

-- CreateTable
CREATE TABLE "Repository" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "orchestratorId" TEXT NOT NULL,
    "repoRoot" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "baseBranch" TEXT,
    "protected" BOOLEAN NOT NULL,
    "checks" TEXT NOT NULL,
    "checkRetries" INTEGER NOT NULL,
    "batchSize" INTEGER NOT NULL,
    "updatedBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- AlterTable
DROP INDEX "Landing_commandId_key";
ALTER TABLE "Landing" ADD COLUMN "batch" TEXT NOT NULL DEFAULT '[]';
ALTER TABLE "Landing" ADD COLUMN "changeTip" TEXT NOT NULL DEFAULT '';
ALTER TABLE "Landing" ADD COLUMN "checkedCommit" TEXT;
CREATE UNIQUE INDEX "Landing_commandId_workspaceId_key" ON "Landing"("commandId", "workspaceId");

-- CreateIndex
CREATE INDEX "Repository_orchestratorId_idx" ON "Repository"("orchestratorId");

-- What landed before landed alone.
UPDATE "Landing" SET "changeTip" = "newTip", "batch" = '["' || "workspaceId" || '"]';
