-- AlterTable: column by column, since a new table in place of this one would take its commands with it.
ALTER TABLE "Orchestrator" ADD COLUMN "drainingSince" DATETIME;
ALTER TABLE "Orchestrator" ADD COLUMN "drainedBy" TEXT;
ALTER TABLE "Orchestrator" ADD COLUMN "drainDeadlineAt" DATETIME;
ALTER TABLE "Orchestrator" ADD COLUMN "drainOverdueAt" DATETIME;
ALTER TABLE "Orchestrator" ADD COLUMN "removedAt" DATETIME;
ALTER TABLE "Orchestrator" DROP COLUMN "draining";
