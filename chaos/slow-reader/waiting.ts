import { randomUUID } from "node:crypto";
import { openDatabase } from "@signalbox/db";
import { type Client, clientOf } from "../../tests/support/client.ts";
import { hostOffer, registerHost } from "../../tests/support/played-host.ts";
import { until } from "../../tests/support/until.ts";
import { openReader } from "./reader.ts";

const perStatement = 500;
const hour = 3_600_000;

/** A host that the case plays, for which commands wait. */
export interface SlowHost {
  id: string;
  token: string;
  instanceId: string;
}

/** Makes the host known to a relay, as one that has gone again. */
export async function makeSlowHost(url: string, admin: Client, id: string): Promise<SlowHost> {
  const { token, instanceId, drop } = await registerHost(url, admin, { id });
  drop();
  return { id, token, instanceId };
}

/** Writes that many commands of 1 KiB for a host into the database of a relay that does not run. */
export async function seedCommands(database: string, { id }: SlowHost, count: number): Promise<void> {
  const db = await openDatabase(database);
  const { commandSeq } = await db.client.orchestrator.findUniqueOrThrow({ where: { id } });
  const createdAt = new Date();
  const row = (seq: number) => ({
    id: `cmd_${randomUUID()}`,
    orchestratorId: id,
    seq,
    type: "agent.compact",
    source: "system",
    params: JSON.stringify({ agentId: "shell-aaaaaa", sessionName: "x".repeat(976) }),
    state: "pending",
    requestedBy: "chaos",
    createdAt,
    deadlineAt: new Date(createdAt.getTime() + 24 * hour),
  });
  for (let from = 1; from <= count; from += perStatement) {
    const data = Array.from({ length: Math.min(perStatement, count - from + 1) }, (_, i) => row(commandSeq + from + i));
    await db.client.command.createMany({ data });
  }
  await db.client.orchestrator.update({ where: { id }, data: { commandSeq: commandSeq + count } });
  await db.close();
}

/** The host's stream on a connection of its own, and what is wrong with the order of what came. */
export async function takeCommands(url: string, { id, token, instanceId }: SlowHost) {
  const reader = openReader(url, token);
  const proof = { orchestratorId: id, instanceId };
  await reader.relay.orchestrators.register.mutate({ ...hostOffer({ id }), instanceId });
  const seen = { first: 0, last: 0, taken: 0, gaps: 0, repeats: 0 };
  const ids: string[] = [];
  let stopAt = Number.POSITIVE_INFINITY;
  reader.relay.commands.subscribe.subscribe(proof, {
    onData(item) {
      const data = "data" in item ? item.data : item;
      if (data.kind !== "command") return;
      const { seq } = data.command;
      if (seen.taken === 0) seen.first = seq;
      else if (seq <= seen.last) seen.repeats += 1;
      else if (seq !== seen.last + 1) seen.gaps += 1;
      seen.last = Math.max(seen.last, seq);
      seen.taken += 1;
      if (ids.length < 100) ids.push(data.command.id);
      if (seen.taken >= stopAt) reader.stop({ silent: false });
    },
  });
  return {
    ...reader,
    seen,
    /** Reads until so many have come, then stops reading. */
    async take(count: number, withinMs: number) {
      stopAt = count;
      reader.go();
      await until(`${count} commands`, () => seen.taken >= count || reader.lost(), {
        withinMs,
        also: () => JSON.stringify(seen),
      });
    },
    /** Tells the relay that the first of them are over. */
    async acknowledge(count: number) {
      const error = { reason: "provider_missing", message: "This host runs nothing" } as const;
      const caller = clientOf(url, token);
      for (const commandId of ids.slice(0, count))
        await caller.commands.report.mutate({ ...proof, report: { commandId, state: "failed", error } });
    },
  };
}
