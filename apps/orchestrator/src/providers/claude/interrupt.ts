import { captureScreen, type TmuxSession } from "../../tmux/sessions.ts";
import { exactly, type Tmux, tmux } from "../../tmux/tmux.ts";
import { until } from "../../until.ts";
import { draftOn } from "./see.ts";

const putBackWithinMs = 2_000;
/** The program may be a moment behind the keys. */
const pressesWithoutEffect = 5;

/**
 * Ends the turn with Escape. A prompt that had no answer yet is put back for editing by the program; it is removed there,
 * or it would become a part of what is typed next.
 */
export async function interrupt({ name }: TmuxSession, server: Tmux): Promise<void> {
  const press = (key: string) => tmux(server, ["send-keys", "-t", exactly(name), key]);
  const draft = async () => draftOn((await captureScreen(server, name)) ?? []) ?? "";
  const before = await draft();
  const pressed = await press("Escape");
  if (pressed.code !== 0) throw new Error(pressed.stderr.trim() || `tmux ended with code ${pressed.code}`);
  const changed = async () => {
    const now = await draft();
    return now !== "" && now !== before;
  };
  if (!(await until(changed, { withinMs: putBackWithinMs, everyMs: 100 }))) return;
  // Each press removes a line up to its start, or the break before it; what stays is a hint of the program.
  let left = await draft();
  for (let unmoved = 0; left && unmoved < pressesWithoutEffect; ) {
    await press("C-u");
    const now = await draft();
    unmoved = now === left ? unmoved + 1 : 0;
    left = now;
  }
}
