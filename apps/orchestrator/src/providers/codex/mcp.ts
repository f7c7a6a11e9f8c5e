import type { ExpandedProfile } from "@signalbox/api/contracts";
import type { Launch } from "../adapter.ts";
import { setting, type Value } from "./toml.ts";

type Server = NonNullable<ExpandedProfile["mcpServers"]>[string];
type Values = NonNullable<Server["env"]>;

/** The relay's name among the MCP servers. */
const relay = "signalbox";

/** Arguments and variables that give the program its MCP servers: the profile's, and the relay's through the runner (HST-56). */
export function mcpSettings(profile: ExpandedProfile | undefined, launch: Pick<Launch, "sbx" | "valueOf">) {
  const env: Record<string, string> = {};

  /**
   * Parts values into those that the arguments may show and those that the host shares: these reach the program as
   * variables of its process, as arguments are kept on disk and anybody on the machine can read them.
   */
  function parted(values: Values = {}) {
    const plain: Record<string, string> = {};
    const hidden: Record<string, string> = {};
    for (const [name, value] of Object.entries(values)) {
      if (typeof value === "string") plain[name] = value;
      else {
        const variable = `SIGNALBOX_MCP_${Object.keys(env).length + 1}`;
        env[variable] = launch.valueOf(value);
        hidden[name] = variable;
      }
    }
    return { plain, hidden };
  }

  function serverOf(server: Server): Value {
    const { plain, hidden } = parted(server.url ? server.headers : server.env);
    if (server.url) return { url: server.url, http_headers: plain, env_http_headers: hidden };
    const { command = "", args = [] } = server;
    const given = { env: plain, env_vars: Object.values(hidden) };
    // The server knows a variable by its own name.
    const renamed = Object.entries(hidden).map(([name, variable]) => `${name}="$${variable}"`);
    if (!renamed.length) return { command, args, ...given };
    return { command: "/bin/sh", args: ["-c", `${renamed.join(" ")} exec "$@"`, "sh", command, ...args], ...given };
  }

  const theirs = Object.entries(profile?.mcpServers ?? {}).filter(([id]) => id !== relay);
  const taken = profile?.mcpServers?.[relay];
  return {
    args: [
      ...theirs.flatMap(([id, server]) => setting(`mcp_servers.${id}`, serverOf(server))),
      // Its tools ask the relay, which decides by the agent's grant: the program asks nobody (HST-56).
      ...setting(`mcp_servers.${relay}`, {
        command: launch.sbx,
        args: ["mcp"],
        default_tools_approval_mode: "approve",
      }),
    ],
    env,
    leftOut: taken ? [`MCP server ${relay} of profile ${profile?.name} was left out: the name is the relay's`] : [],
  };
}
