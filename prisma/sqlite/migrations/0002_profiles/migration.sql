-- CreateTable
CREATE TABLE "AgentProfile" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "version" INTEGER NOT NULL,
    "data" TEXT NOT NULL,
    "updatedBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Command" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "orchestratorId" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "agentId" TEXT,
    "workspaceId" TEXT,
    "correlationId" TEXT,
    "params" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "result" TEXT,
    "error" TEXT,
    "requestedBy" TEXT NOT NULL,
    "queued" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" DATETIME NOT NULL,
    "deliveredAt" DATETIME,
    "startedAt" DATETIME,
    "finishedAt" DATETIME,
    "deadlineAt" DATETIME NOT NULL,
    CONSTRAINT "Command_orchestratorId_fkey" FOREIGN KEY ("orchestratorId") REFERENCES "Orchestrator" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
INSERT INTO "new_Command" ("agentId", "correlationId", "createdAt", "deadlineAt", "deliveredAt", "error", "finishedAt", "id", "orchestratorId", "params", "requestedBy", "result", "seq", "source", "startedAt", "state", "type", "workspaceId") SELECT "agentId", "correlationId", "createdAt", "deadlineAt", "deliveredAt", "error", "finishedAt", "id", "orchestratorId", "params", "requestedBy", "result", "seq", "source", "startedAt", "state", "type", "workspaceId" FROM "Command";
DROP TABLE "Command";
ALTER TABLE "new_Command" RENAME TO "Command";
CREATE INDEX "Command_state_deadlineAt_idx" ON "Command"("state", "deadlineAt");
CREATE INDEX "Command_agentId_idx" ON "Command"("agentId");
CREATE INDEX "Command_workspaceId_idx" ON "Command"("workspaceId");
CREATE UNIQUE INDEX "Command_orchestratorId_seq_key" ON "Command"("orchestratorId", "seq");
CREATE TABLE "new_Agent" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "provider" TEXT NOT NULL,
    "label" TEXT,
    "orchestratorId" TEXT,
    "commandId" TEXT,
    "sessionName" TEXT,
    "bootId" TEXT,
    "state" TEXT NOT NULL,
    "stateSince" DATETIME NOT NULL,
    "stateReason" TEXT,
    "lastLines" TEXT,
    "epoch" INTEGER NOT NULL DEFAULT 0,
    "cwd" TEXT NOT NULL,
    "approvalMode" TEXT NOT NULL,
    "workspaceMode" TEXT NOT NULL,
    "workspaceId" TEXT,
    "profile" TEXT,
    "profileVersion" INTEGER,
    "grant" TEXT,
    "policyName" TEXT,
    "model" TEXT,
    "effort" TEXT,
    "providerArgs" TEXT NOT NULL DEFAULT '[]',
    "spawnedBy" TEXT,
    "createdBy" TEXT NOT NULL,
    "onBehalfOf" TEXT NOT NULL,
    "askedByAgent" BOOLEAN NOT NULL DEFAULT false,
    "spawnRequestId" TEXT NOT NULL,
    "requestedKey" TEXT NOT NULL,
    "tags" TEXT NOT NULL DEFAULT '[]',
    "capabilities" TEXT NOT NULL DEFAULT '[]',
    "result" TEXT,
    "resultCaptured" BOOLEAN NOT NULL DEFAULT false,
    "resultAt" DATETIME,
    "params" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "onlineAt" DATETIME,
    "endedAt" DATETIME,
    "lastActiveAt" DATETIME NOT NULL
);
INSERT INTO "new_Agent" ("approvalMode", "askedByAgent", "bootId", "capabilities", "commandId", "createdAt", "createdBy", "cwd", "endedAt", "epoch", "id", "label", "lastActiveAt", "lastLines", "onBehalfOf", "onlineAt", "orchestratorId", "params", "provider", "requestedKey", "result", "resultAt", "resultCaptured", "sessionName", "spawnRequestId", "spawnedBy", "state", "stateReason", "stateSince", "tags", "workspaceId", "workspaceMode") SELECT "approvalMode", "askedByAgent", "bootId", "capabilities", "commandId", "createdAt", "createdBy", "cwd", "endedAt", "epoch", "id", "label", "lastActiveAt", "lastLines", "onBehalfOf", "onlineAt", "orchestratorId", "params", "provider", "requestedKey", "result", "resultAt", "resultCaptured", "sessionName", "spawnRequestId", "spawnedBy", "state", "stateReason", "stateSince", "tags", "workspaceId", "workspaceMode" FROM "Agent";
DROP TABLE "Agent";
ALTER TABLE "new_Agent" RENAME TO "Agent";
CREATE UNIQUE INDEX "Agent_spawnRequestId_key" ON "Agent"("spawnRequestId");
CREATE INDEX "Agent_state_idx" ON "Agent"("state");
CREATE INDEX "Agent_policyName_idx" ON "Agent"("policyName");
CREATE INDEX "Agent_profile_state_idx" ON "Agent"("profile", "state");
CREATE INDEX "Agent_createdBy_state_idx" ON "Agent"("createdBy", "state");
CREATE INDEX "Agent_orchestratorId_state_idx" ON "Agent"("orchestratorId", "state");
CREATE INDEX "Agent_spawnedBy_state_idx" ON "Agent"("spawnedBy", "state");
CREATE INDEX "Agent_createdAt_idx" ON "Agent"("createdAt");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
