import { tracked } from "@trpc/server";
import type { Authed, Services } from "../context.ts";
import { type Command, type CommandState, finalStates } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { follow } from "../follow.ts";
import { registeredHost, speaksFor } from "../orchestrators/fence.ts";
import { transact } from "../unit.ts";
import { renewal } from "../workspaces/lease.ts";
import { toCommand } from "./mapper.ts";
import { late, step } from "./rules.ts";
import type { Answer, CommandPage, ListCommands, Report, StreamItem, Subscribe } from "./schema.ts";
import { settle } from "./settle.ts";

const notPending: CommandState[] = ["delivered", "running", ...finalStates];
const perTurn = 200;
const open: CommandState[] = ["pending", "delivered", "running"];

/**
 * The host's commands in order of their numbers. A new stream first repeats what is not final (delivered or running
 * included), so nothing that was sent into a broken connection is lost (HST-27); requests ride between the turns.
 */
export async function* subscribe(ctx: Authed, input: Subscribe, signal: AbortSignal | undefined) {
  const topic = `host:${input.orchestratorId}` as const;
  let cursor = 0;
  let more = false;
  let marks: Promise<undefined>[] = [];
  // The host need not wait for these commits. They are awaited all the same: the stream ends if one fails.
  const marked = async () => {
    const turn = marks;
    marks = [];
    await Promise.all(turn);
  };
  const read = async (): Promise<StreamItem[]> => {
    await marked();
    await speaksFor(ctx, input);
    const requests = ctx.hub.take(input.orchestratorId).map((one) => ({ kind: "request" as const, ...one }));
    const rows = await ctx.db.client.command.findMany({
      where: { orchestratorId: input.orchestratorId, seq: { gt: cursor }, state: { in: open }, queued: false },
      orderBy: { seq: "asc" },
      take: perTurn,
    });
    more = rows.length === perTurn;
    cursor = rows.at(-1)?.seq ?? cursor;
    return [...requests, ...rows.map((row) => ({ kind: "command" as const, command: toCommand(row) }))];
  };
  try {
    for await (const item of follow(ctx, signal, { topic, read, more: () => more })) {
      if (item.kind === "command" && item.command.state === "pending") {
        const mark = ctx.delivered(item.command.id);
        mark.catch(() => undefined);
        marks.push(mark);
      }
      yield item.kind === "command" ? tracked(String(item.command.seq), item) : item;
    }
  } finally {
    await marked();
  }
}

/** Of all hosts together in one write: a host that comes back to a thousand commands does not wait for a thousand. */
export async function delivered(services: Services, ids: string[]): Promise<undefined[]> {
  // Said of the other states: SQLite would look through all that are pending for an equal one, and not at the ids.
  const { count } = await services.db.client.command.updateMany({
    where: { id: { in: ids }, state: { notIn: notPending } },
    data: { state: "delivered", deliveredAt: services.clock.now() },
  });
  if (count) for (const id of ids) services.bells.publish({ type: "command", id });
  return ids.map(() => undefined);
}

/** One step of one command, from the host that has it (HST-26, HST-36). */
export async function report(ctx: Authed, { report: step_, ...proof }: Report): Promise<Command> {
  await registeredHost(ctx, proof);
  return transact(ctx, async (unit) => {
    await unit.hold("command", step_.commandId);
    const row = await unit.tx.command.findUnique({ where: { id: step_.commandId } });
    if (row?.orchestratorId !== proof.orchestratorId) {
      throw new AppError("NotFound", `Host ${proof.orchestratorId} has no command ${step_.commandId}`);
    }
    const verdict = step(row.state as CommandState, step_.state);
    if (verdict === "repeat" && step_.state === "running" && step_.progress) {
      unit.publish({ type: "command", id: row.id });
      const data = renewal(unit, row, step_.progress);
      return toCommand(await unit.tx.command.update({ where: { id: row.id }, data }));
    }
    if (verdict === "repeat") return toCommand(row);
    if (verdict === "conflict") {
      throw new AppError("Conflict", `Command ${row.id} is ${row.state}; it cannot become ${step_.state}`, {
        next: "Undo what this command made, and forget it.",
      });
    }
    if (step_.state === "running") {
      unit.publish({ type: "command", id: row.id });
      const lease = renewal(unit, row, step_.progress);
      const data = { state: "running", startedAt: unit.now, deliveredAt: row.deliveredAt ?? unit.now, ...lease };
      return toCommand(await unit.tx.command.update({ where: { id: row.id }, data }));
    }
    return toCommand(await settle(ctx, unit, row, step_ as Parameters<typeof settle>[3]));
  });
}

/** The host's answer to a request that is not kept. */
export async function answer(ctx: Authed, { orchestratorId, instanceId, ...given }: Answer) {
  await speaksFor(ctx, { orchestratorId, instanceId });
  return { wanted: await ctx.hub.answer(orchestratorId, given) };
}

export async function get(ctx: Authed, { commandId }: { commandId: string }): Promise<Command> {
  const row = await ctx.db.client.command.findUnique({ where: { id: commandId } });
  if (!row) throw new AppError("NotFound", `There is no command ${commandId}`);
  return toCommand(row);
}

/** Newest first. */
export async function list(ctx: Authed, { cursor, limit, ...where }: ListCommands): Promise<CommandPage> {
  const rows = await ctx.db.client.command.findMany({
    where: { ...where, ...(cursor ? { id: { lt: cursor } } : {}) },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const items = rows.slice(0, limit).map(toCommand);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** The loop that leaves nothing running for ever (HST-33). Returns how many commands were late. */
export async function failLate(services: Services): Promise<number> {
  const now = services.clock.now();
  const rows = await services.db.client.command.findMany({
    where: { state: { in: open }, deadlineAt: { lt: now } },
    select: { id: true },
    take: 100,
  });
  for (const { id } of rows) {
    await transact(services, async (unit) => {
      await unit.hold("command", id);
      const row = await unit.tx.command.findUnique({ where: { id }, include: { orchestrator: true } });
      if (!row || !open.includes(row.state as CommandState)) return;
      const state = late(row.state as CommandState);
      const draining = row.orchestrator.drainingSince ? " and draining" : "";
      const host = `host ${row.orchestratorId} is ${row.orchestrator.state}${draining}`;
      const done = row.state === "pending" ? "was not taken" : `was ${row.state} and not finished`;
      const reason = row.orchestrator.state === "offline" && state === "failed" ? "host_lost" : "expired";
      const message = `The command ${done} by its deadline ${row.deadlineAt.toISOString()}; ${host}`;
      await settle(services, unit, row, { state, error: { reason, message } });
    });
  }
  return rows.length;
}
