import { join } from "node:path";
import type { SessionRecord } from "../sessions/record.ts";

interface Parts {
  record: SessionRecord;
  dir: string;
  /** The host's allow-listed variables and the provider's own. */
  base: Record<string, string>;
  /** What tmux says the terminal can do. */
  term: string | undefined;
}

/** All that the program finds in its environment (HST-51): nothing is inherited, and no token is in it (HST-52). */
export function programEnvironment({ record, dir, base, term }: Parts): Record<string, string> {
  const { agentId, relay, workspace, cwd } = record;
  const isolated = workspace?.mode === "isolated" ? workspace : null;
  return {
    ...base,
    TERM: term ?? "screen-256color",
    PWD: cwd,
    PATH: `${join(dir, "bin")}:${base.PATH ?? "/usr/local/bin:/usr/bin:/bin"}`,
    SIGNALBOX_AGENT_ID: agentId,
    SIGNALBOX_RELAY_URL: relay.replace(/\/$/, ""),
    ...(isolated ? { SIGNALBOX_WORKSPACE_ID: isolated.id } : {}),
    ...(isolated?.branch ? { SIGNALBOX_BRANCH: isolated.branch } : {}),
  };
}
