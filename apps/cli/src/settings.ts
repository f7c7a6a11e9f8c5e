import { readFileSync } from "node:fs";
import type { Environment } from "./env.ts";

/** What a person wrote that does not do; its text names the value and says what to write. */
export class BadInput extends Error {}

export interface Flags {
  relay?: string;
  tokenFile?: string;
  /** Never taken: others on the machine can read a program's arguments (MCP-46). */
  token?: string | true;
}

/** Which relay to speak with, and as whom. */
export type Settings = { relay: URL; token: string } | "session";

function relayOf(text: string | undefined): URL {
  if (!text) throw new BadInput("RELAY_URL (--relay) is not set; give an address such as http://127.0.0.1:4600");
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw new BadInput(`RELAY_URL (--relay) is ${JSON.stringify(text)}; give an address such as http://127.0.0.1:4600`);
}

function fromFile(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new BadInput(`--token-file: ${path} cannot be read (${code}); name the file that holds the token`);
  }
}

function tokenOf(file: string | undefined, token: string | undefined): string {
  const text = file === undefined ? token?.trim() : fromFile(file);
  const source = file === undefined ? "RELAY_TOKEN (or --token-file FILE)" : `--token-file: ${file}`;
  if (!text)
    throw new BadInput(`${source} ${file === undefined ? "is not set" : "is empty"}; give a token of the relay`);
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new BadInput(`${source} holds more than a token; give its text alone`);
}

/** A flag wins over the environment. Inside an agent's session nothing need be given: its runner is the way (MCP-46). */
export function readSettings(flags: Flags, env: Environment): Settings {
  if (flags.token !== undefined) {
    throw new BadInput("--token is not taken, since others can read arguments; use --token-file FILE or RELAY_TOKEN");
  }
  const given = flags.relay ?? flags.tokenFile ?? env.relay ?? env.token;
  if (env.agentId && given === undefined) return "session";
  return { relay: relayOf(flags.relay ?? env.relay), token: tokenOf(flags.tokenFile, env.token) };
}
