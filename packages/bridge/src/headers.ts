import { accept } from "./forward.ts";
import { isObject, type Json } from "./messages.ts";

const revisionKey = "io.modelcontextprotocol/protocolVersion";

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value ? value : undefined);

/** A header's value may hold printable ASCII alone; anything else is wrapped as the protocol says. */
function headerText(text: string): string {
  if (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text)) return text;
  return `=?base64?${Buffer.from(text, "utf8").toString("base64")}?=`;
}

/** The headers that a revision asks for; what a session agreed on at its start counts where the message names none. */
export function headersOf({ method, params }: Json, agreed: string | undefined): Record<string, string> {
  const given = isObject(params) ? params : {};
  const revision = textOf(isObject(given._meta) ? given._meta[revisionKey] : undefined);
  const name = textOf(given.name) ?? textOf(given.uri);
  const modern =
    revision && typeof method === "string"
      ? { "mcp-method": headerText(method), ...(name && { "mcp-name": headerText(name) }) }
      : {};
  const version = revision ?? agreed;
  return {
    accept,
    "content-type": "application/json",
    ...(version && { "mcp-protocol-version": headerText(version) }),
    ...modern,
  };
}
