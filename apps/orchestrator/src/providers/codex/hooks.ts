import { createHash } from "node:crypto";
import { shellWord } from "../../tmux/tmux.ts";
import { setting, type Value } from "./toml.ts";

/** Seconds; the program allows some of its hooks no more, and what `sbx hook` does is over sooner (HST-58). */
const timeout = 3;

/** The program's events that say what a turn does, with the names under which it remembers its trust in their hooks. */
const events = {
  SessionStart: "session_start",
  UserPromptSubmit: "user_prompt_submit",
  PermissionRequest: "permission_request",
  PostCompact: "post_compact",
  Stop: "stop",
  Interrupt: "interrupt",
} as const;

type Group = {
  matcher?: string;
  hooks: { type: "command"; command: string; timeout: number; [more: string]: Value }[];
};

/** What a hook that comes with the arguments counts as part of. */
const source = "/<session-flags>/config.toml";

/** The same with keys in order, as it is hashed. */
function sorted(value: Value): Value {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object") return value;
  const entries = Object.entries(value as { [key: string]: Value }).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]));
}

/** What the program calls a hook, so that a changed one is a new one: a hash over its definition. */
export function trustedHash(event: string, group: Group): string {
  const hooks = group.hooks.map((hook) => ({ async: false, ...hook }));
  const identity = sorted({ event_name: event, ...group, hooks });
  return `sha256:${createHash("sha256").update(JSON.stringify(identity)).digest("hex")}`;
}

/** Tokens of added text that the program takes from a hook as it is; what exceeds its own small limit it would cut. */
const additionalContextLimit = 1_000_000;

interface Given {
  /** Absolute path of the session's `sbx`. */
  sbx: string;
  /** A file with text for the model in the form of a hook's answer, or null. */
  instructions: string | null;
}

/**
 * The arguments that let the program tell its runner what it does. It runs hooks only when they are trusted; that is said
 * of exactly these, so that hooks of a repository still need a person's word.
 */
export function hookSettings({ sbx, instructions }: Given): string[] {
  const groupsOf = (event: string): Group[] => {
    const tell: Group = { hooks: [{ type: "command", command: `${shellWord(sbx)} hook`, timeout }] };
    if (event !== "SessionStart" || !instructions) return [tell];
    const command = `cat ${shellWord(instructions)}`;
    // A conversation that is gone on with has the text already.
    const matcher = "startup|clear|compact";
    return [tell, { matcher, hooks: [{ type: "command", command, timeout, additionalContextLimit }] }];
  };
  const all = Object.entries(events).map(([event, name]) => ({ event, name, groups: groupsOf(event) }));
  const trusted = all.flatMap(({ name, groups }) =>
    groups.map((group, i) => [`${source}:${name}:${i}:0`, { trusted_hash: trustedHash(name, group) }] as const),
  );
  return [
    ...all.flatMap(({ event, groups }) => setting(`hooks.${event}`, groups as Value)),
    ...setting("hooks.state", Object.fromEntries(trusted)),
  ];
}
