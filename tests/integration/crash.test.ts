import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createRepository } from "../e2e/repository.ts";
import { ended, processesOf, spawnShell } from "../support/agents.ts";
import { type Signalbox, startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

// Programs are killed and started again several times, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

let box: Signalbox;
beforeAll(async () => {
  box = await startSignalbox();
});
afterAll(() => box?.[Symbol.asyncDispose]());

/** Commits one file, waits for `go`, hands over, waits for the landing. */
const script = (out: string, name: string) =>
  [
    "set -e",
    `echo $$ >> '${out}/starts'`,
    `echo x > ${name}.txt`,
    `git add ${name}.txt`,
    `git commit -q -m ${name}`,
    `until [ -e '${out}/go' ]; do sleep 0.1; done`,
    "sbx ready",
    `sbx status --wait > '${out}/status.json'`,
  ].join("\n");

/** An agent in the middle of its work, in a repository of its own. */
async function atWork(name: string) {
  const { admin, machine } = box;
  const repository = createRepository(machine.baseDir, name);
  const out = join(machine.dir, `out-${name}`);
  mkdirSync(out);
  const agentId = await spawnShell(box, { cwd: repository.path, prompt: script(out, name) });
  await until("the script's start", () => existsSync(join(out, "starts")), { also: box.output });
  const online = async () => (await admin.agents.get.query({ agentId })).status === "busy";
  await until("the agent to be busy", online);
  return { ...repository, out, agentId, go: () => writeFileSync(join(out, "go"), "") };
}

/** The end of the work: landed once, with evidence of it, by a script that ran once. */
async function landedOnce({ git, out, agentId }: Awaited<ReturnType<typeof atWork>>, name: string) {
  const agent = await ended(box, agentId);
  expect(agent).toMatchObject({ status: "exited", statusReason: { kind: "completed", exitCode: 0 } });
  expect(git("log", "--format=%s", "main")).toBe(`${name}\nBegin`);
  expect(git("status", "--porcelain")).toBe("");
  const { workspaces } = await box.admin.workspaces.list.query({ ownerAgentId: agentId });
  const { landings } = await box.admin.workspaces.get.query({ workspaceId: workspaces[0]?.id ?? "" });
  expect(landings.map(({ newTip }) => newTip)).toEqual([git("rev-parse", "main")]);
  expect(readFileSync(join(out, "starts"), "utf8").trim().split("\n")).toHaveLength(1);
  expect(JSON.parse(readFileSync(join(out, "status.json"), "utf8"))).toMatchObject({ transitioned: true });
}

test("[HST-17, HST-18, HST-13, WSP-42] kill -9 of the relay, then of the orchestrator: the same session goes on and lands once", async () => {
  const work = await atWork("both");
  const before = await processesOf(box.machine, work.agentId);

  const seen = async () => {
    const [host] = (await box.admin.orchestrators.list.query({})).items;
    const { epoch, status } = await box.admin.agents.get.query({ agentId: work.agentId });
    return { host, epoch, status };
  };
  const first = await seen();

  await box.relay.end("SIGKILL");
  await box.restartRelay();
  const back = async () => {
    const { host, epoch, status } = await seen();
    return host?.registeredAt !== first.host?.registeredAt && epoch > first.epoch && status === "busy";
  };
  await until("host and agent to register again", back, { also: box.output });
  expect(await processesOf(box.machine, work.agentId)).toEqual(before);

  await box.orchestrator.end("SIGKILL");
  await box.restartOrchestrator();
  const { host, status } = await seen();
  expect({ host, status }).toMatchObject({
    host: { state: "online", liveSessions: 1, unknownSessions: [] },
    status: "busy",
  });
  expect(await processesOf(box.machine, work.agentId)).toEqual(before);

  work.go();
  await landedOnce(work, "both");
});

test("[HST-17, HST-21] calls made while the relay is away wait for it, and an end is told when it is back", async () => {
  const work = await atWork("away");
  await box.relay.end("SIGKILL");
  work.go();
  const { runner } = await processesOf(box.machine, work.agentId);
  await box.restartRelay();
  await landedOnce(work, "away");
  const { epoch } = await box.admin.agents.get.query({ agentId: work.agentId });
  expect([runner > 0, epoch >= 2]).toEqual([true, true]);
});

const params = { name: "relay_workspace_status", arguments: { wait: true }, _meta: { progressToken: 7 } };
const withProgress = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });

/** Ways to wait, what shows that the wait is under way, and what was said in the end. */
const waits = [
  {
    way: "sbx",
    begin: (file: string) => `sbx status --wait > '${file}' &`,
    // Begun later and answered: so the wait is under way.
    isUnderWay: () => "sbx whoami",
    read: (text: string) => ({ result: JSON.parse(text), progress: [0, 1] }),
  },
  {
    way: "mcp",
    begin: (file: string) =>
      `{ { echo '${withProgress}'; until grep -q '"result"' '${file}'; do sleep 0.1; done; } | sbx mcp > '${file}'; } &`,
    isUnderWay: (file: string) => `until grep -q '"progress":0' '${file}'; do sleep 0.1; done`,
    read(text: string) {
      const lines = text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      const progress: number[] = lines.slice(0, -1).map((line) => line.params.progress);
      return { result: lines.at(-1).result.structuredContent, progress };
    },
  },
];

test("[HST-17, MCP-42, MCP-44] a wait outlives a relay that is stopped, and one that is killed, also one that tells its progress", async () => {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const begun = await Promise.all(
      waits.map(async ({ way, begin, isUnderWay, read }) => {
        const out = join(box.machine.dir, `out-${signal}-${way}`);
        mkdirSync(out);
        const { path } = createRepository(box.machine.baseDir, `${signal.toLowerCase()}-${way}`);
        const first = join(out, "first.json");
        const prompt = [
          "set -e",
          "echo x > x.txt; git add x.txt; git commit -q -m x",
          begin(first),
          isUnderWay(first),
          `touch '${out}/waiting'`,
          `until [ -e '${out}/go' ]; do sleep 0.1; done`,
          "sbx ready",
          "wait %1",
          // Made again before the hand-over it tells of that; made again after it, already of the landing, which is told once.
          `grep -q '"landed":{' '${first}' || sbx status --wait > '${out}/second.json'`,
        ].join("\n");
        const agentId = await spawnShell(box, { cwd: path, prompt });
        await until("the wait", () => existsSync(join(out, "waiting")), { also: box.output });
        return { out, agentId, read: () => read(readFileSync(first, "utf8")) };
      }),
    );
    await box.relay.end(signal);
    await box.restartRelay();
    for (const { out, agentId, read } of begun) {
      writeFileSync(join(out, "go"), "");
      expect(await ended(box, agentId)).toMatchObject({ statusReason: { kind: "completed", exitCode: 0 } });
      const { result: first, progress } = read();
      expect(progress.length).toBeGreaterThan(1);
      expect(progress).toEqual(progress.map((_, n) => n));
      expect(first).toMatchObject({ transitioned: true, timedOut: false });
      expect(["active", "ready"]).toContain(first.fromStatus);
      const last = first.fromStatus === "ready" ? first : JSON.parse(readFileSync(join(out, "second.json"), "utf8"));
      expect(last).toMatchObject({ transitioned: true, fromStatus: "ready", landed: { base: "main" } });
    }
  }
});

test("[WSP-42, HST-30] kill -9 of both in the middle of landings: each change lands once", async () => {
  for (const [i, afterMs] of [0, 40, 120].entries()) {
    const name = `landing-${i}`;
    const work = await atWork(name);
    work.go();
    const landing = async () => {
      const { workspaces } = await box.admin.workspaces.list.query({ ownerAgentId: work.agentId });
      return workspaces[0]?.status === "landing" || workspaces[0]?.metadata.landResult;
    };
    await until("the landing to begin", landing);
    const from = performance.now();
    await until("the moment", () => performance.now() - from >= afterMs);
    await Promise.all([box.orchestrator.end("SIGKILL"), box.relay.end("SIGKILL")]);
    await box.restartRelay();
    await box.restartOrchestrator();
    await landedOnce(work, name);
  }
});

test("[HST-29, HST-30] spawns that a stopping host had begun, with the relay away, run once after both are back", async () => {
  const out = join(box.machine.dir, "out-stop");
  mkdirSync(out);
  const prompt = `echo "$SIGNALBOX_AGENT_ID" >> '${out}/ran'`;
  const work = { cwd: box.machine.baseDir, workspaceMode: "shared", prompt } as const;
  const agents = await Promise.all([1, 2, 3].map(() => spawnShell(box, work)));
  await box.relay.end("SIGKILL");
  expect(await box.orchestrator.end("SIGTERM")).toMatchObject({ code: 0 });
  await box.restartRelay();
  await box.restartOrchestrator();
  for (const agentId of agents)
    expect(await ended(box, agentId)).toMatchObject({ statusReason: { kind: "completed" } });
  expect(readFileSync(join(out, "ran"), "utf8").trim().split("\n").sort()).toEqual(agents.sort());
});
