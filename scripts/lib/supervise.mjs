import { spawn } from "node:child_process";
import { afterExit, nextWait } from "./backoff.mjs";
import { ROOT } from "./root.mjs";
import { seconds } from "./say.mjs";

const GRACE_MS = 10_000;

/**
 * Keeps one Node program running: starts it with an IPC channel, restarts it with back-off when it dies, until `stop()`.
 * `onMessage` gets what it sends; `onEnd(code)` is called once when it will not be started again by its own doing.
 * Each child leads a process group of its own, so a Ctrl-C in the terminal reaches this process alone and the children
 * are asked to stop in order, without a signal to the git and tmux programs they are running.
 */
export function supervise({ name, args, env, onMessage, onEnd, say, graceMs = GRACE_MS }) {
  let child;
  let stopping = false;
  let everReady = false;
  let replacing = false;
  let wait;
  let timer;

  const start = () => {
    replacing = false;
    const startedAt = performance.now();
    child = spawn(process.execPath, args, {
      cwd: ROOT,
      env,
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child.on("message", (message) => {
      if (message?.type === "ready") everReady = true;
      onMessage(message);
    });
    child.on("exit", (code, signal) => ended(code, signal, performance.now() - startedAt));
  };

  const ended = (code, signal, lived) => {
    child = undefined;
    if (stopping) return;
    if (replacing) return start();
    const next = afterExit({ everReady, code });
    if (next !== "restart") return onEnd(code);
    wait = nextWait(wait, lived);
    say(`the ${name} ended (${signal ?? `exit code ${code}`}); starting it again in ${seconds(wait)}`);
    timer = setTimeout(start, wait);
  };

  start();
  return {
    /** Sends a message to the running child; lost when there is none. */
    send: (message) => child?.connected && child.send(message),
    /** Replaces the running child, or the one that waits to be started again, at once: its code has changed. */
    replace: () => {
      clearTimeout(timer);
      wait = undefined;
      replacing = true;
      if (child) void gone(child, graceMs);
      else start();
    },
    /** Asks the child to end, kills it after the grace, and answers when it is gone. */
    stop: () => {
      stopping = true;
      clearTimeout(timer);
      return gone(child, graceMs);
    },
    /** Kills the child at once. */
    kill: () => child?.kill("SIGKILL"),
  };
}

function gone(child, graceMs) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    const late = setTimeout(() => child.kill("SIGKILL"), graceMs);
    child.on("exit", () => {
      clearTimeout(late);
      done();
    });
    child.kill("SIGTERM");
  });
}
