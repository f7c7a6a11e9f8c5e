-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "Orchestrator" (
    "id" TEXT NOT NULL,
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
    "stateSince" TIMESTAMP(3) NOT NULL,
    "registeredAt" TIMESTAMP(3) NOT NULL,
    "lastSeenAt" TIMESTAMP(3) NOT NULL,
    "draining" BOOLEAN NOT NULL DEFAULT false,
    "commandSeq" INTEGER NOT NULL DEFAULT 0,
    "vitals" TEXT NOT NULL DEFAULT '{}',

    CONSTRAINT "Orchestrator_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Command" (
    "id" TEXT NOT NULL,
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
    "createdAt" TIMESTAMP(3) NOT NULL,
    "deliveredAt" TIMESTAMP(3),
    "startedAt" TIMESTAMP(3),
    "finishedAt" TIMESTAMP(3),
    "deadlineAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Command_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Agent" (
    "id" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "label" TEXT,
    "orchestratorId" TEXT,
    "commandId" TEXT,
    "sessionName" TEXT,
    "bootId" TEXT,
    "state" TEXT NOT NULL,
    "stateSince" TIMESTAMP(3) NOT NULL,
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
    "resultAt" TIMESTAMP(3),
    "params" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "onlineAt" TIMESTAMP(3),
    "endedAt" TIMESTAMP(3),
    "lastActiveAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Agent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Token" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "profile" TEXT NOT NULL,
    "scopes" TEXT NOT NULL,
    "constraints" TEXT NOT NULL DEFAULT '{}',
    "hash" TEXT NOT NULL,
    "subject" TEXT,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "expiresAt" TIMESTAMP(3),
    "revokedAt" TIMESTAMP(3),
    "lastUsedAt" TIMESTAMP(3),

    CONSTRAINT "Token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "tokenId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "lastUsedAt" TIMESTAMP(3) NOT NULL,
    "revokedAt" TIMESTAMP(3),

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SignInCode" (
    "hash" TEXT NOT NULL,
    "tokenId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "expiresAt" TIMESTAMP(3) NOT NULL,
    "usedAt" TIMESTAMP(3),

    CONSTRAINT "SignInCode_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "Activity" (
    "id" TEXT NOT NULL,
    "at" TIMESTAMP(3) NOT NULL,
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
    "metadata" TEXT NOT NULL DEFAULT '{}',

    CONSTRAINT "Activity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "updatedBy" TEXT NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "Workspace" (
    "id" TEXT NOT NULL,
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
    "statusSince" TIMESTAMP(3) NOT NULL,
    "ownerAgentId" TEXT,
    "readySha" TEXT,
    "readyAt" TIMESTAMP(3),
    "retryAt" TIMESTAMP(3),
    "landTries" INTEGER NOT NULL DEFAULT 0,
    "answerDue" BOOLEAN NOT NULL DEFAULT false,
    "metadata" TEXT NOT NULL DEFAULT '{}',
    "createdAt" TIMESTAMP(3) NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Landing" (
    "id" TEXT NOT NULL,
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
    "at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Landing_pkey" PRIMARY KEY ("id")
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

-- AddForeignKey
ALTER TABLE "Command" ADD CONSTRAINT "Command_orchestratorId_fkey" FOREIGN KEY ("orchestratorId") REFERENCES "Orchestrator"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_tokenId_fkey" FOREIGN KEY ("tokenId") REFERENCES "Token"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
