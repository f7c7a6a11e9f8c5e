import { spawn } from "node:child_process";
import { type ControlEvent, createControlReader } from "./control-protocol.ts";
import { serverArgs, type Tmux } from "./tmux.ts";

/** The lines of each command's reply, or what tmux said against one of them. */
export type Replies = { ok: true; blocks: string[][] } | { ok: false; message: string };

/** A client in control mode, attached to one session. */
export interface Control {
  /**
   * Sends one line of `count` commands; `then` runs in the middle of the stream, after all output that tmux had seen
   * before the line and before any that it saw later.
   */
  send(line: string, count: number, then: (replies: Replies) => void): void;
  close(): void;
}

interface Handlers {
  onOutput: (data: Buffer) => void;
  onLayout: (size: { cols: number; rows: number }) => void;
  /** The session ended, or the client could not attach. */
  onExit: () => void;
}

/** Attaches without any effect on the session's size. */
export function attachControl(server: Tmux, sessionName: string, handlers: Handlers): Control {
  const args = [...serverArgs(server), "-C", "attach-session", "-t", `=${sessionName}`, "-f", "ignore-size"];
  const child = spawn("tmux", args, { env: server.env, cwd: "/", stdio: ["pipe", "pipe", "ignore"] });
  const waiting: { count: number; blocks: string[][]; then: (replies: Replies) => void }[] = [];
  let over = false;
  // A line sent before the client is attached may be answered before it is: output between the two would be missed.
  let early: string[] | null = [];

  function end(): void {
    if (over) return;
    over = true;
    for (const { then } of waiting.splice(0)) then({ ok: false, message: "the session ended" });
    handlers.onExit();
  }

  function reply({ ok, lines }: { ok: boolean; lines: string[] }): void {
    const first = waiting[0];
    if (!first) return;
    if (ok) first.blocks.push(lines);
    if (ok && first.blocks.length < first.count) return;
    waiting.shift();
    first.then(ok ? { ok, blocks: first.blocks } : { ok, message: lines.join(" ") });
  }

  function event(one: ControlEvent): void {
    if (one.type === "output") handlers.onOutput(one.data);
    else if (one.type === "layout") handlers.onLayout({ cols: one.cols, rows: one.rows });
    else if (one.type === "exit") end();
    else if (one.own) reply(one);
    else {
      for (const line of early ?? []) child.stdin.write(line);
      early = null;
    }
  }

  child.stdout.on("data", createControlReader(event));
  child.stdin.on("error", () => undefined);
  child.on("error", end);
  child.on("close", end);
  return {
    send(line, count, then) {
      if (over) return then({ ok: false, message: "the session ended" });
      waiting.push({ count, blocks: [], then });
      if (early) early.push(`${line}\n`);
      else child.stdin.write(`${line}\n`);
    },
    close() {
      over = true;
      for (const { then } of waiting.splice(0)) then({ ok: false, message: "detached" });
      child.stdin.end();
    },
  };
}
