export const usage = `Usage: sbx tool <name> [JSON]    call any tool of the relay as this agent
       sbx whoami                who you are
       sbx ready                 hand your work over to be landed
       sbx status [--wait]       how your workspace stands; wait until it changes
       sbx result <text>         what you achieved
       sbx send <to> <text>      send a message
       sbx inbox                 messages to you
       sbx mcp                   the relay's MCP server on standard input and output, for a program's configuration
       sbx hook [JSON]           what a program tells of its turns, for its hooks
`;

type Wanted = { tool: string; input: Record<string, unknown> } | { error: string };

const tool = (name: string, input: Record<string, unknown> = {}): Wanted => ({ tool: `relay_${name}`, input });

function anyTool(name: string | undefined, json = "{}"): Wanted {
  if (!name) return { error: "tool needs the name of a tool" };
  try {
    const input: unknown = JSON.parse(json);
    if (typeof input === "object" && input !== null && !Array.isArray(input))
      return { tool: name, input: { ...input } };
  } catch {
    // Said below, as for JSON of another kind.
  }
  return { error: `the input of ${name} is not a JSON object` };
}

/** What a command line asks for: a tool and its input. `newKey`: under which a message that is sent again is the same one. */
export function readWords([verb, ...rest]: string[], newKey: () => string): Wanted {
  const text = (words: string[]) => words.join(" ");
  switch (verb) {
    case "tool":
      return rest.length > 2 ? { error: "tool takes a name and one JSON object" } : anyTool(rest[0], rest[1]);
    case "whoami":
      return tool("whoami");
    case "ready":
      return tool("workspace_ready");
    case "status":
      return tool("workspace_status", rest.includes("--wait") ? { wait: true } : {});
    case "result":
      return rest.length ? tool("report_result", { text: text(rest) }) : { error: "result needs a text" };
    case "send":
      return rest.length > 1
        ? tool("send_message", { to: rest[0], body: text(rest.slice(1)), idempotencyKey: newKey() })
        : { error: "send needs a recipient and a text" };
    case "inbox":
      return tool("inbox");
    default:
      return { error: verb ? `${verb} is not a command of sbx` : "say what to do" };
  }
}
