-- CreateIndex
CREATE INDEX "Command_correlationId_idx" ON "Command"("correlationId");
