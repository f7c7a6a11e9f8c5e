import { randomUUID } from "node:crypto";
import { call, type Failure } from "./call.ts";
import { hook } from "./hook.ts";
import { serveMcp } from "./mcp.ts";
import { readWords, usage } from "./words.ts";

const [first, second, ...rest] = process.argv.slice(2);
const socket = first === "--socket" ? second : undefined;
const words = socket ? rest : process.argv.slice(2);

function fail({ code, message, next }: Failure): void {
  process.stderr.write(`${code}: ${message}\n${next ? `${next}\n` : ""}`);
  process.exitCode = 1;
}

const wanted = readWords(words, randomUUID);
if (words[0] === "hook") {
  if (socket) await hook(socket, words.slice(1), process.stdin);
  process.exit(0);
} else if (words[0] === "mcp" && socket)
  await serveMcp(socket, { input: process.stdin, write: (line) => process.stdout.write(`${line}\n`) });
else if (words[0] === "--help" || words[0] === "help") process.stdout.write(usage);
else if ("error" in wanted) fail({ code: "Invalid", message: wanted.error, next: usage.trimEnd() });
else if (!socket)
  fail({
    code: "Unavailable",
    message: "sbx needs an agent's session: it reaches the relay through its runner",
    next: "",
  });
else {
  const answer = await call(socket, wanted.tool, wanted.input);
  if ("failure" in answer) fail(answer.failure);
  else process.stdout.write(`${JSON.stringify(answer.value)}\n`);
}
