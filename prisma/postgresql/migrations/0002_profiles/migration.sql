-- AlterTable
ALTER TABLE "Command" ADD COLUMN     "queued" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Agent" ADD COLUMN     "effort" TEXT,
ADD COLUMN     "grant" TEXT,
ADD COLUMN     "model" TEXT,
ADD COLUMN     "policyName" TEXT,
ADD COLUMN     "profile" TEXT,
ADD COLUMN     "profileVersion" INTEGER,
ADD COLUMN     "providerArgs" TEXT NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "AgentProfile" (
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "data" TEXT NOT NULL,
    "updatedBy" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "AgentProfile_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "Agent_policyName_idx" ON "Agent"("policyName");

-- CreateIndex
CREATE INDEX "Agent_profile_state_idx" ON "Agent"("profile", "state");

-- CreateIndex
CREATE INDEX "Agent_createdBy_state_idx" ON "Agent"("createdBy", "state");
