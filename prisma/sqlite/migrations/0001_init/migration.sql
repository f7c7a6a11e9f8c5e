-- CreateTable
CREATE TABLE "Orchestrator" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "instanceId" TEXT NOT NULL,
    "bootId" TEXT NOT NULL,
    "hostname" TEXT NOT NULL,
    "platform" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "protocolVersion" INTEGER NOT NULL,
    "baseDir" TEXT NOT NULL,
    "providers" TEXT NOT NULL DEFAULT '[]',
    "labels" TEXT NOT NULL DEFAULT '[]',
    "capabilities" TEXT NOT NULL DEFAULT '[]',
    "supervisor" TEXT,
    "maxSessions" INTEGER NOT NULL,
    "tokenId" TEXT NOT NULL,
    "address" TEXT,
    "state" TEXT NOT NULL,
    "stateSince" DATETIME NOT NULL,
    "registeredAt" DATETIME NOT NULL,
    "lastSeenAt" DATETIME NOT NULL,
    "draining" BOOLEAN NOT NULL DEFAULT false,
    "commandSeq" INTEGER NOT NULL DEFAULT 0,
    "vitals" TEXT NOT NULL DEFAULT '{}'
);

-- CreateTable
CREATE TABLE "Command" (
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
    "createdAt" DATETIME NOT NULL,
    "deliveredAt" DATETIME,
    "startedAt" DATETIME,
    "finishedAt" DATETIME,
    "deadlineAt" DATETIME NOT NULL,
    CONSTRAINT "Command_orchestratorId_fkey" FOREIGN KEY ("orchestratorId") REFERENCES "Orchestrator" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Agent" (
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

-- CreateTable
CREATE TABLE "Token" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "profile" TEXT NOT NULL,
    "scopes" TEXT NOT NULL,
    "constraints" TEXT NOT NULL DEFAULT '{}',
    "hash" TEXT NOT NULL,
    "subject" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME,
    "revokedAt" DATETIME,
    "lastUsedAt" DATETIME
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "hash" TEXT NOT NULL,
    "tokenId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "lastUsedAt" DATETIME NOT NULL,
    "revokedAt" DATETIME,
    CONSTRAINT "Session_tokenId_fkey" FOREIGN KEY ("tokenId") REFERENCES "Token" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "SignInCode" (
    "hash" TEXT NOT NULL PRIMARY KEY,
    "tokenId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "usedAt" DATETIME
);

-- CreateTable
CREATE TABLE "Activity" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "at" DATETIME NOT NULL,
    "clientId" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "view" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT,
    "meta" TEXT,
    "icon" TEXT,
    "actor" TEXT NOT NULL,
    "onBehalfOf" TEXT NOT NULL,
    "agentId" TEXT,
    "requestId" TEXT,
    "metadata" TEXT NOT NULL DEFAULT '{}'
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "value" TEXT NOT NULL,
    "updatedBy" TEXT NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Workspace" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "orchestratorId" TEXT NOT NULL,
    "repository" TEXT NOT NULL,
    "repoRoot" TEXT NOT NULL,
    "worktreePath" TEXT,
    "branch" TEXT,
    "baseBranch" TEXT,
    "baseSha" TEXT,
    "headSha" TEXT,
    "ahead" INTEGER NOT NULL DEFAULT 0,
    "behind" INTEGER NOT NULL DEFAULT 0,
    "dirtyFiles" INTEGER NOT NULL DEFAULT 0,
    "mode" TEXT NOT NULL,
    "requestedMode" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "statusSince" DATETIME NOT NULL,
    "ownerAgentId" TEXT,
    "readySha" TEXT,
    "readyAt" DATETIME,
    "retryAt" DATETIME,
    "landTries" INTEGER NOT NULL DEFAULT 0,
    "answerDue" BOOLEAN NOT NULL DEFAULT false,
    "metadata" TEXT NOT NULL DEFAULT '{}',
    "createdAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Landing" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "commandId" TEXT NOT NULL,
    "orchestratorId" TEXT NOT NULL,
    "repository" TEXT NOT NULL,
    "baseBranch" TEXT NOT NULL,
    "oldTip" TEXT NOT NULL,
    "newTip" TEXT NOT NULL,
    "readySha" TEXT NOT NULL,
    "workspaceId" TEXT NOT NULL,
    "agentId" TEXT,
    "checks" TEXT NOT NULL DEFAULT '[]',
    "strategy" TEXT NOT NULL,
    "grant" TEXT NOT NULL DEFAULT '{}',
    "onBehalfOf" TEXT NOT NULL,
    "durationMs" INTEGER NOT NULL,
    "at" DATETIME NOT NULL
);

-- CreateIndex
CREATE INDEX "Command_state_deadlineAt_idx" ON "Command"("state", "deadlineAt");

-- CreateIndex
CREATE INDEX "Command_agentId_idx" ON "Command"("agentId");

-- CreateIndex
CREATE INDEX "Command_workspaceId_idx" ON "Command"("workspaceId");

-- CreateIndex
CREATE UNIQUE INDEX "Command_orchestratorId_seq_key" ON "Command"("orchestratorId", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "Agent_spawnRequestId_key" ON "Agent"("spawnRequestId");

-- CreateIndex
CREATE INDEX "Agent_state_idx" ON "Agent"("state");

-- CreateIndex
CREATE INDEX "Agent_orchestratorId_state_idx" ON "Agent"("orchestratorId", "state");

-- CreateIndex
CREATE INDEX "Agent_spawnedBy_state_idx" ON "Agent"("spawnedBy", "state");

-- CreateIndex
CREATE INDEX "Agent_createdAt_idx" ON "Agent"("createdAt");

-- CreateIndex
CREATE INDEX "Token_subject_idx" ON "Token"("subject");

-- CreateIndex
CREATE INDEX "Token_createdAt_idx" ON "Token"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Session_hash_key" ON "Session"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "Activity_clientId_key" ON "Activity"("clientId");

-- CreateIndex
CREATE INDEX "Activity_at_idx" ON "Activity"("at");

-- CreateIndex
CREATE INDEX "Activity_agentId_at_idx" ON "Activity"("agentId", "at");

-- CreateIndex
CREATE INDEX "Workspace_status_idx" ON "Workspace"("status");

-- CreateIndex
CREATE INDEX "Workspace_ownerAgentId_idx" ON "Workspace"("ownerAgentId");

-- CreateIndex
CREATE INDEX "Workspace_repository_baseBranch_status_idx" ON "Workspace"("repository", "baseBranch", "status");

-- CreateIndex
CREATE UNIQUE INDEX "Landing_commandId_key" ON "Landing"("commandId");

-- CreateIndex
CREATE INDEX "Landing_repository_baseBranch_at_idx" ON "Landing"("repository", "baseBranch", "at");

-- CreateIndex
CREATE INDEX "Landing_workspaceId_idx" ON "Landing"("workspaceId");
