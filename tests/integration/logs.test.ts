import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { LogPage } from "../../packages/api/src/logs/schema.ts";
import { ended, spawnShell } from "../support/agents.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

// Sessions and programs are ended and started again, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

/** Everything from a cursor on until a line is there. */
async function followed(read: (cursor: string) => Promise<LogPage>, from: string, until: RegExp): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor = from; !seen.some((line) => until.test(line)); ) {
    const page = await read(cursor);
    if (page.skipped) throw new Error("lines were skipped");
    seen.push(...page.lines);
    cursor = page.cursor;
  }
  return seen;
}

test("[HST-48] [HST-49] [HST-17] an agent's log is followed over kill -9 of its host and of the relay, over a restart, and after its end", async () => {
  await using box = await startSignalbox();
  const go = join(box.machine.dir, "go");
  const prompt = `i=0; while [ ! -e '${go}' ]; do i=$((i+1)); echo "number $i"; sleep 0.02; done; echo "stopped at $i"; exec sleep 600`;
  const agentId = await spawnShell(box, { cwd: box.machine.baseDir, prompt, workspaceMode: "shared" });
  const { commandId } = await until("a session", async () => {
    const page = await box.admin.logs.read.query({ agentId }).catch(() => null);
    return page?.lines.length ? page : null;
  });
  const read = (cursor: string) =>
    until("an answer", () => box.admin.logs.read.query({ agentId, cursor, waitSeconds: 5 }).catch(() => null), {
      withinMs: 60_000,
    });
  const following = followed(read, `${commandId}.1.0.0`, /^stopped at/);
  following.catch(() => undefined);
  await box.orchestrator.end();
  await box.restartOrchestrator();
  await box.relay.end();
  await box.restartRelay();
  writeFileSync(go, "");
  const lines = await following;
  const numbers = lines.filter((line) => line.startsWith("number "));
  expect(numbers).toEqual(numbers.map((_, index) => `number ${index + 1}`));
  expect(lines.at(-1)).toBe(`stopped at ${numbers.length}`);

  await until("the host", async () => {
    const [host] = (await box.admin.orchestrators.list.query({})).items;
    return host?.state === "online" ? host : null;
  });
  const { cursor } = await box.admin.logs.read.query({ agentId });
  await box.admin.agents.restart.mutate({ agentId });
  const after = await followed(read, cursor, /^stopped at/);
  expect(after).toContain("stopped at 0");
  await box.admin.agents.shutdown.mutate({ agentId, graceSeconds: 0 });
  await ended(box, agentId);
  const last = await box.admin.logs.read.query({ agentId, tail: 1 });
  expect(last.lines[0]).toMatch(/^\[signalbox\] program ended by SIG/);
  expect(last.ended).toBe(true);
});

test("[HST-48] [HST-50] the host's own log and an agent's hold no token in an answer; the file is its owner's alone", async () => {
  await using box = await startSignalbox();
  const { token, text } = await box.admin.tokens.create.mutate({ name: "shown", profile: "viewer" });
  const half = text.slice(0, 50);
  const prompt = `echo 'the token is ${text}'; printf '\\033[1m%s\\033[0m\\n' '${half}'; printf 'asking %s' '${text}'; exit 3`;
  const agentId = await spawnShell(box, { cwd: box.machine.baseDir, prompt, workspaceMode: "shared" });
  await ended(box, agentId);
  const page = await box.admin.logs.read.query({ agentId });
  expect(page.lines).toEqual(
    expect.arrayContaining(["the token is sbx_[masked]", "sbx_[masked]", "asking sbx_[masked]"]),
  );
  expect(JSON.stringify(page)).not.toContain(token.id.slice(4));
  expect((await box.admin.logs.read.query({ agentId, search: token.id })).lines).toEqual([]);

  const { lines } = await box.admin.logs.read.query({ orchestratorId: "host-it", search: "registered" });
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: 30, msg: "registered" });
  const logs = join(box.machine.paths.home, "logs");
  expect(readdirSync(logs)).toEqual(["orchestrator.log"]);
  expect(statSync(join(logs, "orchestrator.log")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(logs, "orchestrator.log"), "utf8")).not.toMatch(/sbx_tok/);
});
