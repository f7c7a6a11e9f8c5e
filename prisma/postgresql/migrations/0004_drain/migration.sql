-- AlterTable
ALTER TABLE "Orchestrator" DROP COLUMN "draining",
ADD COLUMN     "drainDeadlineAt" TIMESTAMP(3),
ADD COLUMN     "drainOverdueAt" TIMESTAMP(3),
ADD COLUMN     "drainedBy" TEXT,
ADD COLUMN     "drainingSince" TIMESTAMP(3),
ADD COLUMN     "removedAt" TIMESTAMP(3);
