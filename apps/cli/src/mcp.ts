import { spawn } from "node:child_process";
import { once } from "node:events";
import { serveStdio, throughHttp } from "@signalbox/bridge";
import { BadInput, type Settings } from "./settings.ts";

/** The session's own program does it, through the runner's socket. */
async function throughSession(): Promise<number> {
  const sbx = spawn("sbx", ["mcp"], { stdio: "inherit" });
  const [code] = await once(sbx, "close").catch((error: Error) => {
    throw new BadInput(`sbx, the session's way to the relay, does not start: ${error.message}`);
  });
  return code ?? 1;
}

/** MCP on standard input and output for a program that speaks no HTTP (MCP-45); the exit code when its input has closed. */
export async function mcp(settings: Settings): Promise<number> {
  if (settings === "session") return throughSession();
  // The client has gone: there is nobody to serve.
  process.stdout.on("error", () => process.exit(0));
  const log = (line: string) => process.stderr.write(`signalbox: ${line}\n`);
  log(`passing MCP to ${settings.relay.origin}`);
  await serveStdio({
    input: process.stdin,
    write: (line) => process.stdout.write(`${line}\n`),
    bring: throughHttp({ ...settings, log }),
  });
  return 0;
}
