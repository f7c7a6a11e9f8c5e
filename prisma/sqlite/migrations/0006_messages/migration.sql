-- CreateTable
CREATE TABLE "Message" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "threadId" INTEGER,
    "replyTo" INTEGER,
    "senderKind" TEXT NOT NULL,
    "senderAgentId" TEXT,
    "senderName" TEXT NOT NULL,
    "senderKey" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "subject" TEXT,
    "body" TEXT NOT NULL,
    "channel" TEXT,
    "payload" TEXT,
    "attachments" TEXT NOT NULL DEFAULT '[]',
    "priority" TEXT NOT NULL,
    "delivery" TEXT NOT NULL,
    "replyExpected" BOOLEAN NOT NULL,
    "idempotencyKey" TEXT,
    "digest" TEXT,
    "deliverWithin" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "bouncedAt" DATETIME
);

-- CreateTable
CREATE TABLE "Delivery" (
    "messageId" INTEGER NOT NULL,
    "agentId" TEXT NOT NULL,
    "senderAgentId" TEXT,
    "state" TEXT NOT NULL,
    "rung" TEXT NOT NULL,
    "reason" TEXT,
    "acceptedAt" DATETIME NOT NULL,
    "sentAt" DATETIME,
    "injectedAt" DATETIME,
    "seenAt" DATETIME,
    "answeredAt" DATETIME,
    "deadlineAt" DATETIME,
    "releasedAt" DATETIME,

    PRIMARY KEY ("messageId", "agentId"),
    CONSTRAINT "Delivery_messageId_fkey" FOREIGN KEY ("messageId") REFERENCES "Message" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "Message_threadId_idx" ON "Message"("threadId");

-- CreateIndex
CREATE INDEX "Message_senderAgentId_createdAt_idx" ON "Message"("senderAgentId", "createdAt");

-- CreateIndex
CREATE INDEX "Message_createdAt_idx" ON "Message"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Message_senderKey_idempotencyKey_key" ON "Message"("senderKey", "idempotencyKey");

-- CreateIndex
CREATE INDEX "Delivery_agentId_state_messageId_idx" ON "Delivery"("agentId", "state", "messageId");

-- CreateIndex
CREATE INDEX "Delivery_state_deadlineAt_idx" ON "Delivery"("state", "deadlineAt");

-- CreateIndex
CREATE INDEX "Delivery_agentId_senderAgentId_acceptedAt_idx" ON "Delivery"("agentId", "senderAgentId", "acceptedAt");
