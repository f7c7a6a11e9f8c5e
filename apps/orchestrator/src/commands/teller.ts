import type { LandingProgress } from "@signalbox/api/contracts";
import { Cancelled } from "../failure.ts";
import type { CommandDesk } from "./loop.ts";

/** Tells the newest progress, one call at a time, however long the relay is away; stops what the relay has given up. */
export function teller(
  desk: CommandDesk,
  commandId: string,
  stop: AbortController,
): (progress: LandingProgress) => void {
  let newest: LandingProgress | null = null;
  let telling = false;
  async function tellAll(): Promise<void> {
    telling = true;
    for (let progress = newest; progress; progress = newest) {
      newest = null;
      const verdict = await desk.report({ commandId, state: "running", progress });
      if (verdict !== "taken") stop.abort(new Cancelled());
    }
    telling = false;
  }
  return (progress) => {
    newest = progress;
    // Fails only when this host stops, and then there is nobody to tell.
    if (!telling) tellAll().catch(() => undefined);
  };
}
