-- CreateTable
CREATE TABLE "Message" (
    "id" SERIAL NOT NULL,
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
    "createdAt" TIMESTAMP(3) NOT NULL,
    "bouncedAt" TIMESTAMP(3),

    CONSTRAINT "Message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Delivery" (
    "messageId" INTEGER NOT NULL,
    "agentId" TEXT NOT NULL,
    "senderAgentId" TEXT,
    "state" TEXT NOT NULL,
    "rung" TEXT NOT NULL,
    "reason" TEXT,
    "acceptedAt" TIMESTAMP(3) NOT NULL,
    "sentAt" TIMESTAMP(3),
    "injectedAt" TIMESTAMP(3),
    "seenAt" TIMESTAMP(3),
    "answeredAt" TIMESTAMP(3),
    "deadlineAt" TIMESTAMP(3),
    "releasedAt" TIMESTAMP(3),

    CONSTRAINT "Delivery_pkey" PRIMARY KEY ("messageId","agentId")
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

-- AddForeignKey
ALTER TABLE "Delivery" ADD CONSTRAINT "Delivery_messageId_fkey" FOREIGN KEY ("messageId") REFERENCES "Message"("id") ON DELETE CASCADE ON UPDATE CASCADE;
