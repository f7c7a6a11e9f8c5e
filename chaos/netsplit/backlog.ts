import { join } from "node:path";
import { openDatabase } from "@signalbox/db";
import { HOST } from "../../tests/support/signalbox.ts";
import { until } from "../../tests/support/until.ts";
import { agentOf, startStaying, told } from "../dies/acts.ts";
import type { World } from "../kill-nine/world.ts";
import type { Broken } from "../lib/broken.ts";
import type { Cable } from "../lib/proxy.ts";

const agents = 10;
/** Ten seconds after the cut the relay holds the host as not connected, and takes no more commands for it. */
const askForMs = 7_000;

interface Asked {
  id: string;
  agentId: string;
  seq: number;
}

/** Writes more commands like these into the database, after them: what was asked for before the cut was noticed was too little. */
async function writeMore({ machine }: World, like: Asked[], count: number): Promise<Asked[]> {
  if (count <= 0) return [];
  const db = await openDatabase(`file:${join(machine.home, "relay.db")}`);
  const written = await db.write(async (tx) => {
    const ids = like.slice(-agents).map(({ id }) => id);
    const rows = await tx.command.findMany({ where: { id: { in: ids } }, orderBy: { seq: "asc" } });
    const { commandSeq } = await tx.orchestrator.update({
      where: { id: HOST },
      data: { commandSeq: { increment: count } },
    });
    const data = Array.from({ length: count }, (_, i) => {
      const row = rows[i % rows.length] as (typeof rows)[number];
      return { ...row, id: `cmd_backlog${String(i).padStart(6, "0")}`, seq: commandSeq - count + 1 + i };
    });
    await tx.command.createMany({ data });
    return data.map(({ id, agentId, seq }) => ({ id, agentId: agentId ?? "", seq }));
  });
  await db.close();
  return written;
}

/** While the line is cut, that many commands come to wait; how long until all are done once it is healed. */
export async function playBacklog(world: World, proxy: Cable, commands: number) {
  const broken: Broken[] = [];
  const note = (promise: string, seen: string) => void broken.push({ promise, seen });
  const names = Array.from({ length: agents }, (_, i) => `backlog-${i}`);
  const staying: string[] = [];
  for (const name of names) staying.push(await startStaying(false)(world, name));
  proxy.become({ kind: "cut", from: ["host", "relay"] });
  const asked: Asked[] = [];
  const ask = async (agentId: string) => {
    const wanted = { agentId, graceSeconds: 100 };
    const { command } = await world.answered((admin) => admin.agents.shutdown.mutate(wanted));
    if (command) asked.push({ id: command.id, agentId, seq: command.seq });
  };
  for (const began = performance.now(); asked.length < commands && performance.now() - began < askForMs; )
    await Promise.all(staying.map(ask));
  asked.sort((a, b) => a.seq - b.seq);
  const byCall = asked.length;
  asked.push(...(await writeMore(world, asked, commands - byCall)));
  proxy.become({ kind: "open" });
  const from = performance.now();
  const last = asked.at(-1);
  const states = async () => {
    const all = [];
    for (let cursor: string | undefined; ; ) {
      const page = await world.answered((admin) =>
        admin.commands.list.query({ orchestratorId: HOST, limit: 200, cursor }),
      );
      all.push(...page.items.filter(({ type }) => type === "agent.shutdown"));
      if (!page.nextCursor || all.length >= asked.length) return all;
      cursor = page.nextCursor;
    }
  };
  const lastOver = async () => {
    const { finishedAt } = await world.answered((admin) => admin.commands.get.query({ commandId: last?.id ?? "" }));
    return finishedAt !== null && (await states()).every((one) => one.finishedAt !== null);
  };
  await until("the last command", lastOver, { withinMs: 240_000 }).catch((error: Error) =>
    note("stuck", error.message),
  );
  const caughtUpMs = performance.now() - from;

  const done = new Map((await states()).map((one) => [one.id, one]));
  // On a machine that has too little time a deadline passes: the relay says so of that command, and nothing is claimed.
  const isLate = (id: string) => done.get(id)?.error?.reason === "expired";
  const late = asked.filter(({ id }) => isLate(id)).length;
  const lost = asked.filter(({ id }) => done.get(id)?.state !== "succeeded" && !isLate(id));
  if (lost.length) note("lost", `${lost.length}, such as ${JSON.stringify(done.get(lost[0]?.id ?? ""))}`);
  for (const agentId of staying) {
    const times = told(world, "int", agentId).length;
    if (times !== 1) note("doubled", `${agentId} was asked to end ${times} times`);
    const { status } = await agentOf(world, agentId);
    if (status !== "exited") note("lost", `${agentId} is ${status}`);
    const own = asked.filter((one) => one.agentId === agentId).flatMap(({ id }) => done.get(id)?.startedAt ?? []);
    if (own.some((at, i) => i > 0 && at < (own[i - 1] ?? ""))) note("disordered", `commands of ${agentId}`);
  }
  return { broken, asked: asked.length, byCall, late, caughtUpMs };
}
