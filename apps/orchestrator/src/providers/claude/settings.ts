import type { ApprovalMode, ExpandedProfile } from "@signalbox/api/contracts";
import { shellWord } from "../../tmux/tmux.ts";
import type { Launch } from "../adapter.ts";

const relay = "signalbox";

/** How the names of the relay's tools begin in the program. */
export const relayTools = `mcp__${relay}__`;

/** A hook is given up after this, and the program goes on (HST-58). */
const hookSeconds = 2;

interface Hook {
  matcher?: string;
  command: string;
}

const allowed = {
  hookSpecificOutput: { hookEventName: "PermissionRequest", decision: { behavior: "allow" } },
};

/** Hooks by event: what tells the runner of turns (HST-54), and what lets the relay's tools pass in every mode (HST-56). */
function hooks(sbx: string): Record<string, Hook[]> {
  const command = `${shellWord(sbx)} hook`;
  const tell: Hook[] = [{ command }];
  return {
    SessionStart: tell,
    UserPromptSubmit: tell,
    Stop: tell,
    StopFailure: tell,
    PostCompact: tell,
    Notification: [{ matcher: "elicitation_dialog|elicitation_url_dialog", command }],
    // An answered question is over at once; that a permitted tool runs is seen on the screen.
    PostToolUse: [{ matcher: "AskUserQuestion|ExitPlanMode", command }],
    // A rule that allows the tools is not enough while the program plans.
    PermissionRequest: [
      ...tell,
      { matcher: `${relayTools}.*`, command: `printf %s ${shellWord(JSON.stringify(allowed))}` },
    ],
  };
}

interface Wanted {
  sbx: string;
  approvalMode: ApprovalMode;
  profile: ExpandedProfile | undefined;
}

/** The settings that are added to the person's own for this session. */
export function settings({ sbx, approvalMode, profile }: Wanted): object {
  const events = Object.entries(hooks(sbx)).map(([event, list]) => [
    event,
    list.map(({ matcher, command }) => ({
      ...(matcher ? { matcher } : {}),
      hooks: [{ type: "command", command, timeout: hookSeconds }],
    })),
  ]);
  const { allow = [], deny = [] } = profile?.permissions ?? {};
  const skills = (profile?.skills ?? []).map((name) => `Skill(${name})`);
  return {
    hooks: Object.fromEntries(events),
    permissions: { allow: [`mcp__${relay}`, ...allow, ...skills], deny },
    // Its warning was answered by whoever chose the mode.
    ...(approvalMode === "open" ? { skipDangerousModePermissionPrompt: true } : {}),
  };
}

type Value = string | { host: string };

/**
 * The MCP servers of this session: the relay's, and the profile's beside the person's own. A value of this host is not
 * written down: the file names a variable of the program, which the program puts in its place (HST-53).
 */
export function servers(launch: Pick<Launch, "sbx" | "valueOf">, profile: ExpandedProfile | undefined) {
  const env: Record<string, string> = {};
  const leftOut: string[] = [];
  const held = (value: Value): string => {
    // The program replaces what looks like a variable, also in a text that is meant as it is.
    if (typeof value === "string" && !/\$\{/.test(value)) return value;
    const name = `SIGNALBOX_MCP_${Object.keys(env).length + 1}`;
    env[name] = launch.valueOf(value);
    return `\${${name}}`;
  };
  const all = (values: Record<string, Value> = {}) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, held(value)]));

  const mcpServers: Record<string, object> = {};
  for (const [name, { command, args = [], url, env: variables, headers }] of Object.entries(
    profile?.mcpServers ?? {},
  )) {
    if (name === relay)
      leftOut.push(`MCP server ${name} of profile ${profile?.name} was left out: it is the relay's name`);
    else if (command)
      mcpServers[name] = { type: "stdio", command: held(command), args: args.map(held), env: all(variables) };
    else if (url) mcpServers[name] = { type: "http", url: held(url), headers: all(headers) };
    else leftOut.push(`MCP server ${name} of profile ${profile?.name} was left out: it has neither command nor url`);
  }
  mcpServers[relay] = { type: "stdio", command: launch.sbx, args: ["mcp"] };
  return { file: { mcpServers }, env, leftOut };
}
