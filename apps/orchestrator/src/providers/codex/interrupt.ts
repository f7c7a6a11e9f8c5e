import { CommandFailure } from "../../failure.ts";
import { captureScreen, type TmuxSession } from "../../tmux/sessions.ts";
import { exactly, type Tmux, tmux } from "../../tmux/tmux.ts";
import { until } from "../../until.ts";
import { see } from "./see.ts";

/** A turn that has just begun is on the screen by then. */
const withinMs = 3_000;

/**
 * Presses Escape once the turn is on the screen: at the prompt, or in a question that is not the turn's, the same key means
 * something else. A turn that has ended meanwhile is no matter.
 */
export async function interrupt({ name }: Pick<TmuxSession, "name">, server: Tmux): Promise<void> {
  let other = "";
  const atWork = async () => {
    const screen = (await captureScreen(server, name)) ?? [];
    const event = see(screen, { status: "idle", blocked: null });
    const asks = event?.type === "blocked" ? event.text : "";
    const ofTurn = screen.some((line) => /\besc to (cancel|interrupt)\b/.test(line));
    other = ofTurn ? "" : asks;
    return event?.type === "busy" || (asks !== "" && ofTurn);
  };
  if (await until(atWork, { withinMs })) await tmux(server, ["send-keys", "-t", exactly(name), "Escape"]);
  else if (other) throw new CommandFailure("error", `It is in no turn: it asks "${other.split("\n", 1)[0]}"`);
}
