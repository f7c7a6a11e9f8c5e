import {
  type Command,
  type CommandReport,
  type CommandState,
  type CommandType,
  commandTypes,
} from "@signalbox/api/contracts";
import { Cancelled, CommandFailure, textOf } from "../failure.ts";
import { type Journal, JournalUnwritable, type Outcome } from "../journal.ts";
import { LinkClosed } from "../link/link.ts";
import type { Log } from "../log.ts";
import type { Handler, Handlers, Task } from "./handler.ts";
import { startable, type Turn } from "./rules.ts";
import { teller } from "./teller.ts";

/** What the relay is told and asked about commands; each waits for a connection as long as it takes. */
export interface CommandDesk {
  /** Reports a step; `late` when the relay holds another final state, `unknown` when it does not know the command. */
  report(step: Outcome | Running): Promise<"taken" | "late" | "unknown">;
  /** The state that the relay holds, or null for a command it does not know. */
  stateOf(commandId: string): Promise<CommandState | null>;
}

type Running = Extract<CommandReport, { state: "running" }>;

export interface CommandLoop {
  /** A command from the relay, new or repeated. */
  take(command: Command): void;
  /** Goes on with what the relay has not confirmed; before anything is taken (HST-30). */
  resume(): void;
  /** How many are waiting or running. */
  size(): number;
}

interface Options {
  journal: Journal;
  handlers: Handlers;
  desk: CommandDesk;
  log: Log;
}

interface Item extends Turn {
  command: Command;
  stop: AbortController;
}

const toOutcome = (commandId: string, error: unknown): Outcome => {
  if (error instanceof Cancelled) return { commandId, state: "cancelled" };
  const message = textOf(error).slice(0, 4000);
  if (error instanceof CommandFailure) {
    return {
      commandId,
      state: "failed",
      error: { reason: error.reason, message, lastLines: error.lastLines?.slice(-50) },
    };
  }
  const reason = error instanceof JournalUnwritable ? "journal_unwritable" : "error";
  return { commandId, state: "failed", error: { reason, message } };
};

/** Carries out commands: each once, in order, side by side where they have nothing in common (HST-28 to HST-34). */
export function createCommandLoop({ journal, handlers, desk, log }: Options): CommandLoop {
  const waiting = new Map<string, Item>();
  const running = new Map<string, Item>();

  const handlerOf = (type: CommandType) => handlers[type] as unknown as Handler<CommandType> | undefined;

  function taskOf({ command, stop }: Item, begun: Task<CommandType>["begun"]): Task<CommandType> {
    const params = commandTypes[command.type].params.parse(command.params);
    const note = (data: Record<string, unknown>) => journal.progress(command.id, data);
    const progress = journal.get(command.id)?.progress ?? [];
    const tell = teller(desk, command.id, stop);
    const task: Task<CommandType> & { tell: typeof tell } = {
      command,
      params,
      begun,
      progress,
      note,
      tell,
      signal: stop.signal,
    };
    return task;
  }

  function keysOf(command: Command): string[] {
    const parsed = commandTypes[command.type]?.params.safeParse(command.params);
    return parsed?.success ? (handlerOf(command.type)?.keys(parsed.data as never) ?? []) : [];
  }

  function enqueue(command: Command): void {
    const { id, seq } = command;
    if (!waiting.has(id) && !running.has(id)) {
      waiting.set(id, { id, seq, keys: keysOf(command), command, stop: new AbortController() });
    }
    if (command.cancelRequestedAt) cancel(id);
    startNext();
  }

  /** What has not begun is in nobody's way and waits for nobody; what has is told (HST-35). */
  function cancel(id: string): void {
    const item = waiting.get(id);
    if (item && !journal.get(id)) item.keys = [];
    (item ?? running.get(id))?.stop.abort(new Cancelled());
  }

  function startNext(): void {
    for (const { id } of startable([...waiting.values()], [...running.values()])) {
      const item = waiting.get(id) as Item;
      waiting.delete(id);
      running.set(id, item);
      void carryOut(item)
        .catch((error: unknown) => {
          if (!(error instanceof LinkClosed))
            log.error({ commandId: id, err: error }, "a command could not be settled");
        })
        .finally(() => {
          running.delete(id);
          startNext();
        });
    }
  }

  async function carryOut(item: Item): Promise<void> {
    const { command, stop } = item;
    const known = journal.get(command.id);
    if (known?.outcome) return deliver(item, known.outcome);
    if (known ? await settledMeanwhile(item) : !(await begin(item))) return;
    const begun = known ? "here" : command.state === "running" ? "unknown" : "never";
    const left = !known && stop.signal.aborted;
    const outcome = left ? toOutcome(command.id, stop.signal.reason) : await act(item, begun);
    await journal.done(command.id, outcome).catch((error: unknown) => {
      log.error({ commandId: command.id }, `${textOf(error)}; the outcome is reported all the same`);
    });
    await deliver(item, outcome);
  }

  /** Journals and announces a new command; false when it is not to be carried out. */
  async function begin({ command, stop: { signal } }: Item): Promise<boolean> {
    try {
      await journal.begin(command);
    } catch (error) {
      if (!(error instanceof JournalUnwritable)) throw error;
      log.error({ commandId: command.id }, error.message);
      await desk.report(toOutcome(command.id, signal.aborted ? signal.reason : error));
      return false;
    }
    if (signal.aborted || (await desk.report({ commandId: command.id, state: "running" })) === "taken") return true;
    await drop(command);
    return false;
  }

  /** A command that a crash interrupted and that the relay has given up since is not carried out any more (HST-34). */
  async function settledMeanwhile(item: Item): Promise<boolean> {
    const { command } = item;
    const state = await desk.stateOf(command.id);
    if (state !== "failed" && state !== "expired" && state !== "cancelled") return false;
    log.info({ commandId: command.id, state }, "command was given up while this host was away");
    await handlerOf(command.type)?.undo(taskOf(item, "here"));
    await drop(command);
    return true;
  }

  async function drop({ id }: Command): Promise<void> {
    await journal.done(id, { commandId: id, state: "cancelled" });
    await journal.confirmed(id);
  }

  async function act(item: Item, begun: Task<CommandType>["begun"]): Promise<Outcome> {
    const { command } = item;
    log.info({ commandId: command.id, type: command.type, agentId: command.agentId }, "command begins");
    try {
      const handler = handlerOf(command.type);
      if (!handler) throw new CommandFailure("error", `This host does not know commands of type ${command.type}`);
      const result = await handler.run(taskOf(item, begun));
      return { commandId: command.id, state: "succeeded", result };
    } catch (error) {
      // This host stops: the journal keeps the command as begun, and the next start goes on with it (HST-30).
      if (error instanceof LinkClosed) throw error;
      if (!(error instanceof CommandFailure))
        log.error({ commandId: command.id, err: error }, "command failed unexpectedly");
      return toOutcome(command.id, error);
    }
  }

  async function deliver(item: Item, outcome: Outcome): Promise<void> {
    const { command } = item;
    const verdict = await desk.report(outcome);
    const reason = outcome.state === "failed" ? outcome.error.message : undefined;
    log.info({ commandId: command.id, type: command.type, outcome: outcome.state, reason, verdict }, "command ended");
    if (verdict === "late" && outcome.state === "succeeded") {
      await handlerOf(command.type)?.undo(taskOf(item, "here"));
    }
    await journal.confirmed(command.id).catch((error: unknown) => log.warn(textOf(error)));
  }

  return {
    take: enqueue,
    resume() {
      for (const { command } of journal.unconfirmed()) enqueue(command);
    },
    size: () => waiting.size + running.size,
  };
}
