import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command, CommandType } from "@signalbox/api/contracts";
import { pino } from "pino";
import { afterAll } from "vitest";
import { bundle } from "../build.mjs";
import { agentBase } from "../src/env.ts";
import { hostPaths, makePaths } from "../src/paths.ts";
import { createSessions } from "../src/sessions/sessions.ts";
import { newSession } from "../src/tmux/sessions.ts";

import { endAll } from "./end-all.ts";

export const silent = pino({ level: "silent" });

/** A temporary directory that goes when the scope is left. */
export function temporary(name = "signalbox-test-"): { path: string; [Symbol.dispose](): void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), name)));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A host of its own: home, base directory, sessions and a tmux server, all gone with their processes at the end of the scope. */
export function scene() {
  const { path } = temporary("sbx-");
  const paths = hostPaths({ home: join(path, "home"), tmp: tmpdir(), uid: process.getuid?.() ?? 0 });
  makePaths(paths, process.getuid?.() ?? 0);
  const env = agentBase(process.env as Record<string, string>);
  const tmux = { socket: paths.tmuxSocket, env };
  const sessions = createSessions({ tmux, directory: paths.sessions });
  return {
    path,
    paths,
    env,
    tmux,
    sessions,
    /** A session that runs a bash script as it is, without a runner. */
    async session(script: string, name = "sb-cmd_test") {
      const refused = await newSession(tmux, {
        name,
        cwd: path,
        command: ["bash", "-c", script],
        outputLog: { dir: path, name },
        agentId: "shell-test",
        commandId: name.slice(3),
      });
      if (refused) throw new Error(refused);
      return name;
    },
    async [Symbol.asyncDispose]() {
      await endAll(tmux);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

let built: { path: string; ready: Promise<unknown> } | undefined;

/** Directory of the three programs, bundled once for a test file and gone after it. */
export async function programs(): Promise<string> {
  if (!built) {
    const { path } = temporary("signalbox-dist-");
    built = { path, ready: bundle(path) };
  }
  await built.ready;
  return built.path;
}
afterAll(() => {
  if (built) rmSync(built.path, { recursive: true, force: true });
});

/** What every task carries of its first attempt, which nobody cancels. */
export const firstAttempt = () => ({
  begun: "never" as const,
  progress: [] as Record<string, unknown>[],
  note: async () => undefined,
  signal: new AbortController().signal,
});

/** A command as the relay sends it. */
export function command(type: CommandType, params: Record<string, unknown>, rest: Partial<Command> = {}): Command {
  const at = "2026-01-01T00:00:00.000Z";
  return {
    id: "cmd_1",
    seq: 1,
    type,
    source: "system",
    target: "host-a",
    agentId: null,
    workspaceId: null,
    correlationId: null,
    params,
    state: "delivered",
    result: null,
    error: null,
    requestedBy: "test",
    createdAt: at,
    deliveredAt: at,
    startedAt: null,
    finishedAt: null,
    cancelRequestedAt: null,
    cancelRequestedBy: null,
    deadlineAt: at,
    ...rest,
  };
}
