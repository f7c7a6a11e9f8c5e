import type { Provider, ProviderOffer, SpawnParams } from "@signalbox/api/contracts";
import type { ProviderSettings } from "../config.ts";
import type { TmuxSession } from "../tmux/sessions.ts";

/** What an adapter may use to find its program and to start it. */
export interface Surroundings {
  /** The allow-listed environment that every agent starts from (HST-51). */
  env: Record<string, string>;
  settings: ProviderSettings;
}

/** How the runner starts the program; files are written into the session's directory first. */
export interface LaunchPlan {
  /** Program and arguments; no argument holds a token (HST-56). */
  command: string[];
  files: { name: string; text: string }[];
}

/** One program that hosts may run as agents (HST-54). */
export interface ProviderAdapter {
  provider: Provider;
  /** What this host can offer, or why it cannot (HST-09). */
  probe(surroundings: Surroundings): Promise<ProviderOffer>;
  /** Throws `CommandFailure` with `provider_missing` for what it cannot do. */
  plan(params: SpawnParams, sessionDir: string, surroundings: Surroundings): LaunchPlan;
  /** Ends the turn that the program in this session is in (HST-54). */
  interrupt(session: TmuxSession): Promise<void>;
}
