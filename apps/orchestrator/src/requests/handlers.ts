import type { AnswerTo, HostRequest, HostRequestType } from "@signalbox/api/contracts";
import type { Git } from "../git/index.ts";
import { answerLog } from "../logs/answer.ts";
import type { Log } from "../logs/files.ts";
import { noteKeys } from "../runner/keys.ts";
import { sessionLog } from "../sessions/output.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Terminals } from "../terminals/terminals.ts";
import { sendDiff } from "./diff.ts";
import { listDirectories } from "./directories.ts";
import { commit, inspect } from "./worktree.ts";
import { findWorktrees } from "./worktrees.ts";

/** Sends one answer; whether anybody still waits for more. */
export type Send = (answer: unknown, done: boolean) => Promise<boolean>;

/** Answers one type of request: with what it returns, or by itself through `send` where it returns null. */
type Answering<T extends HostRequestType> = (
  request: Extract<HostRequest, { type: T }>,
  reply: { requestId: string; send: Send },
) => Promise<AnswerTo<T> | null>;

export type RequestHandlers = { [T in HostRequestType]: Answering<T> };

interface Needs {
  baseDir: string;
  worktreesDir: string;
  git: Git;
  terminals: Terminals;
  sessions: Pick<Sessions, "dirOf" | "dirNamed">;
  daemonLog: Log;
}

/** What the relay may ask that is not kept (HST-41); the compiler counts the cases. */
export const createRequestHandlers = (needs: Needs) =>
  ({
    directories: ({ path }) => listDirectories(needs.baseDir, path),
    "workspace.inspect": (request) => inspect(needs, request),
    "workspace.commit": (request) => commit(needs, request),
    "workspace.diff": (request, { send }) => sendDiff(needs, request, send),
    "workspace.worktrees": () => findWorktrees(needs.worktreesDir, new Date()),
    async "terminal.open"({ sessionName }, { requestId, send }) {
      await needs.terminals.open(requestId, sessionName, send);
      return null;
    },
    async "terminal.close"({ openRequestId }) {
      needs.terminals.close(openRequestId);
      return {};
    },
    async "terminal.input"({ sessionName, data }) {
      // Both at once: keys are typed in the order in which they came, and wait for no disk.
      await Promise.all([noteKeys(needs.sessions.dirNamed(sessionName)), needs.terminals.input(sessionName, data)]);
      return {};
    },
    async "terminal.resize"({ sessionName, cols, rows }) {
      await needs.terminals.resize(sessionName, { cols, rows });
      return {};
    },
    "log.read": (request) =>
      answerLog(
        request.commandId === null ? needs.daemonLog : sessionLog(needs.sessions.dirOf(request.commandId)),
        request,
      ),
  }) satisfies RequestHandlers;
