import { captureScreen, type TmuxSession } from "../../tmux/sessions.ts";
import { exactly, type Tmux, tmux } from "../../tmux/tmux.ts";
import { until } from "../../until.ts";
import { draftOn, see } from "./see.ts";

const endsWithinMs = 10_000;
/** The program may be a moment behind the keys. */
const pressesWithoutEffect = 5;
const looksToBelieve = 3;

/**
 * Ends the turn with Escape. A prompt that had no answer yet is put back for editing by the program; it is removed there,
 * or it would become a part of what is typed next.
 */
export async function interrupt({ name }: TmuxSession, server: Tmux): Promise<void> {
  const press = (key: string) => tmux(server, ["send-keys", "-t", exactly(name), key]);
  const look = async () => (await captureScreen(server, name)) ?? [];
  const draft = async () => draftOn(await look()) ?? "";
  const before = await draft();
  const pressed = await press("Escape");
  if (pressed.code !== 0) throw new Error(pressed.stderr.trim() || `tmux ended with code ${pressed.code}`);

  let left = "";
  let putBack = false;
  let still = 0;
  const over = async () => {
    const screen = await look();
    left = draftOn(screen) ?? "";
    // What a person has begun to type meanwhile stays theirs.
    putBack = left !== "" && left !== before;
    still = see(screen)?.type === "idle" ? still + 1 : 0;
    return putBack || still === looksToBelieve;
  };
  await until(over, { withinMs: endsWithinMs, everyMs: 100 });
  if (!putBack) return;
  // Each press removes a line up to its start, or the break before it; what stays is a hint of the program.
  for (let unmoved = 0; left !== "" && unmoved < pressesWithoutEffect; ) {
    await press("C-u");
    const now = await draft();
    unmoved = now === left ? unmoved + 1 : 0;
    left = now;
  }
}
