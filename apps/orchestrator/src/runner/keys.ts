import { stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exactly, tmux } from "../tmux/tmux.ts";
import type { Where } from "./where.ts";

/** Its time is when somebody last pressed a key in the session's terminal through the relay. */
const keysFile = (dir: string): string => join(dir, "keys");

/** Notes that a person presses keys in the terminal of the session in `dir` (MSG-48); a session without one has no runner. */
export async function noteKeys(dir: string): Promise<void> {
  const now = new Date();
  await utimes(keysFile(dir), now, now)
    .catch(() => writeFile(keysFile(dir), "", { mode: 0o600 }))
    .catch(() => undefined);
}

/** tmux counts in whole seconds. */
const secondMs = 1_000;

/** When a person last pressed a key in a terminal that is attached to the session by hand; tmux counts attaching, too. */
async function lastByHand({ tmux: server, sessionName }: Where): Promise<number> {
  const format = "#{client_control_mode} #{client_activity}";
  const { stdout } = await tmux(server, ["list-clients", "-t", exactly(sessionName), "-F", format]);
  const times = stdout.split("\n").flatMap((line) => {
    // Control mode is how the host itself looks, and passes on what it notes as above.
    const [control, seconds] = line.split(" ");
    return control === "0" ? [Number(seconds) * secondMs + (secondMs - 1)] : [];
  });
  return Math.max(Number.NEGATIVE_INFINITY, ...times);
}

/** Milliseconds since a person last pressed a key in the session's terminal, by either way; `Infinity`: never. */
export async function sinceKey(where: Where): Promise<number> {
  const noted = await stat(keysFile(where.dir)).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.NEGATIVE_INFINITY,
  );
  const last = Math.max(noted, await lastByHand(where));
  // A clock that was set back must not keep messages away for as long.
  return Math.abs(Date.now() - last);
}
