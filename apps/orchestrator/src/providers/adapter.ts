import type { Provider, ProviderOffer, SpawnParams } from "@signalbox/api/contracts";
import type { ProviderSettings } from "../config.ts";
import type { TmuxSession } from "../tmux/sessions.ts";
import type { Tmux } from "../tmux/tmux.ts";

/** What an adapter may use to find its program and to start it. */
export interface Surroundings {
  /** The allow-listed environment that every agent starts from (HST-51). */
  env: Record<string, string>;
  settings: ProviderSettings;
  /** Folder of the rigs of this host, `$SIGNALBOX_HOME/rigs`, one folder per provider in it (HST-60). */
  rigsDir: string;
}

/** The session that a program is started for. */
export interface Launch {
  /** Its directory (0700), where the plan's files are put. */
  sessionDir: string;
  /** Absolute path of the session's own `sbx`, which reaches the relay through the runner. */
  sbx: string;
  cwd: string;
  /** The provider's conversation to go on with; null: a new one (HST-60). */
  resume: string | null;
  /** A profile's value as this host has it, in place of `{ host: … }` (HST-53). */
  valueOf: (value: string | { host: string }) => string;
}

/** How the runner starts the program; files are written into the session's directory first. */
export interface LaunchPlan {
  /** Program and arguments; no argument holds a token (HST-56). */
  command: string[];
  files: { name: string; text: string }[];
  /** Variables of the program besides those that every agent gets. */
  env?: Record<string, string>;
  /** The provider's conversation, where it is known before the program starts. */
  conversation?: string;
  /** The program was given nothing to do: it waits at its prompt. */
  waits?: boolean;
  /** What the program cannot take and was left out: the activity says so (HST-54). */
  leftOut?: string[];
}

/** One program that hosts may run as agents (HST-54). */
export interface ProviderAdapter {
  provider: Provider;
  /** Variable that names the program's settings folder; without one the provider takes no rig (HST-60). */
  rigVariable?: string;
  /** What this host can offer, or why it cannot (HST-09). */
  probe(surroundings: Surroundings): Promise<ProviderOffer>;
  /** Throws `CommandFailure` with `provider_missing` for what it cannot do. */
  plan(params: SpawnParams, launch: Launch, surroundings: Surroundings): LaunchPlan | Promise<LaunchPlan>;
  /** Ends the turn that the program in this session is in (HST-54). */
  interrupt(session: TmuxSession, server: Tmux): Promise<void>;
  /** Whether this conversation is on this host and can be gone on with (HST-60). */
  holds?(conversation: string, cwd: string, env: Record<string, string>): Promise<boolean>;
}
