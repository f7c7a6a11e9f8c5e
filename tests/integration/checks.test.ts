import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { allProcesses } from "../../apps/orchestrator/src/sessions/processes.ts";
import { createRepository } from "../e2e/repository.ts";
import { ended, spawnShell } from "../support/agents.ts";
import { HOST, type Signalbox, startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

// Programs are killed and started again, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

let box: Signalbox;
beforeAll(async () => {
  box = await startSignalbox();
});
afterAll(() => box?.[Symbol.asyncDispose]());

const within = { withinMs: 60_000 };
const allEnded = async (pids: number[]) => !(await allProcesses()).some(({ pid }) => pids.includes(pid));

/** A repository whose check is a script outside of it, with a place for what everybody writes. */
async function given(name: string, script: string, more: { checkRetries?: number; baseBranch?: string } = {}) {
  const { path, git, write } = createRepository(box.machine.baseDir, name);
  const out = join(box.machine.dir, `out-${name}`);
  mkdirSync(out);
  const file = join(out, "check.sh");
  writeFileSync(file, script.replaceAll("$out", out), { mode: 0o755 });
  const checks = [{ name: "test", command: `bash '${file}'`, timeoutSeconds: 120 }];
  await box.admin.repositories.put.mutate({ repository: `${HOST}:${path}`, checks, ...more });
  const said = (of: string) => readFileSync(join(out, of), "utf8").trim();
  const has = (of: string) => existsSync(join(out, of));
  const evidence = async () => {
    const { queues } = await box.admin.workspaces.queue.query({ repository: `${HOST}:${path}` });
    return queues.flatMap(({ landings }) => landings);
  };
  return { path, git, write, out, said, has, evidence, repository: `${HOST}:${path}` };
}
type Given = Awaited<ReturnType<typeof given>>;

const commits = (file: string) => `echo x > ${file}; git add -A; git commit -q -m 'Add ${file}'`;
const handsOver = (out: string, answer: string) => `sbx ready > /dev/null; sbx status --wait > '${out}/${answer}'`;

/** An agent that commits one file, waits for `go`, hands over and waits for the outcome. */
async function works({ path, out }: Given, name: string): Promise<string> {
  const waits = `touch '${out}/${name}-at-work'; until [ -e '${out}/go' ]; do sleep 0.1; done`;
  const prompt = ["set -e", commits(`${name}.txt`), waits, handsOver(out, `${name}.json`)].join("\n");
  const agentId = await spawnShell(box, { cwd: path, prompt });
  await until(`${name} at work`, () => existsSync(join(out, `${name}-at-work`)), { ...within, also: box.output });
  return agentId;
}

test("[WSP-38] [WSP-39] [WSP-52] [WSP-53] red: the agent is told which check and why, mends it, and what the check then saw lands", async () => {
  const script = [
    'env > "$out/environment"; git rev-parse HEAD >> "$out/saw"',
    'if [ -e bad.txt ]; then echo "bad.txt must go"; exit 4; fi',
  ].join("\n");
  const all = await given("mended", script);
  const { out, path, git, said } = all;
  const prompt = [
    "set -e",
    commits("bad.txt"),
    handsOver(out, "first.json"),
    `sbx inbox > '${out}/inbox.json'`,
    "git rm -q bad.txt; echo good > good.txt; git add -A; git commit -q -m 'Mend it'",
    handsOver(out, "second.json"),
  ].join("\n");
  const agentId = await spawnShell(box, { cwd: path, prompt });
  expect(await ended(box, agentId)).toMatchObject({ statusReason: { kind: "completed", exitCode: 0 } });
  const first = JSON.parse(said("first.json"));
  expect(first).toMatchObject({
    transitioned: true,
    workspace: { status: "active" },
    guidance: { reason: "checks_failed" },
  });
  expect(first.landed).toBeUndefined();
  const inbox = said("inbox.json");
  for (const part of ["check test is red", "exit code 4", "bad.txt must go"]) expect(inbox).toContain(part);
  const tip = git("rev-parse", "main");
  expect(JSON.parse(said("second.json"))).toMatchObject({ transitioned: true, landed: { commit: tip, base: "main" } });
  const [landing, ...more] = await all.evidence();
  expect(more).toEqual([]);
  const checks = [{ name: "test", green: true, attempts: [{ green: true, exitCode: 0, lastLines: [] }] }];
  expect(landing).toMatchObject({ newTip: tip, checkedCommit: tip, checks, agentId, onBehalfOf: "administrator" });
  expect(said("saw").split("\n").at(-1)).toBe(tip);
  expect(git("status", "--porcelain")).toBe("");
  const environment = said("environment");
  expect(environment).not.toMatch(/sbx_|RELAY_|ADMIN_TOKEN|SIGNALBOX_AGENT|SIGNALBOX_HOME/);
  expect(environment).toMatch(/^SIGNALBOX_PORT_FIRST=\d+$/m);
});

test("[WSP-36] [WSP-44] what becomes ready during a check is tested together, the red one leaves, and the others land", async () => {
  const script = [
    'echo "$(git rev-parse HEAD) $(ls | tr "\\n" " ")" >> "$out/saw"',
    'if [ ! -e "$out/first-ran" ]; then touch "$out/first-ran"; until [ -e "$out/on" ]; do sleep 0.05; done; fi',
    "[ ! -e red.txt ]",
  ].join("\n");
  const all = await given("together", script);
  const { out, git, said, has, repository } = all;
  const first = await works(all, "a");
  writeFileSync(join(out, "go"), "");
  await until("the first check", () => has("first-ran"), { ...within, also: box.output });
  const others = await Promise.all(["b", "red", "c"].map((name) => works(all, name)));
  const queue = async () => (await box.admin.workspaces.queue.query({ repository })).queues[0];
  await until("all in the queue", async () => (await queue())?.entries.length === 4, { ...within, also: box.output });
  const running = (await queue())?.running;
  expect(running).toMatchObject({
    checks: 1,
    changes: [{ agentId: first }],
    now: { step: "checking", check: { name: "test" } },
  });
  expect(Date.parse(running?.leaseUntil ?? "")).toBeGreaterThan(Date.now());
  writeFileSync(join(out, "on"), "");
  for (const agentId of [first, ...others]) {
    expect(await ended(box, agentId)).toMatchObject({ statusReason: { kind: "completed", exitCode: 0 } });
  }
  expect(JSON.parse(said("red.json"))).toMatchObject({ guidance: { reason: "checks_failed" } });
  const landings = await all.evidence();
  expect(landings.map(({ agentId }) => agentId).toSorted()).toEqual([first, others[0], others[2]].toSorted());
  expect(git("ls-tree", "--name-only", "main").split("\n")).toEqual(["README.md", "a.txt", "b.txt", "c.txt"]);
  const saw = said("saw").split("\n");
  expect(saw.some((row) => ["b.txt", "c.txt", "red.txt"].every((file) => row.includes(file)))).toBe(true);
  for (const { checkedCommit, newTip } of landings) {
    expect(checkedCommit).toBe(newTip);
    expect(saw.some((row) => row.startsWith(newTip))).toBe(true);
  }
});

test("[WSP-04] [WSP-53] work starts from and lands on the base branch of the settings, and a check that is green at its repeat lets it", async () => {
  const script = 'echo x >> "$out/ran"; [ "$(wc -l < "$out/ran")" -ge 2 ]';
  const all = await given("based", script, { baseBranch: "next", checkRetries: 1 });
  const { out, git, write } = all;
  git("checkout", "-q", "-b", "next");
  write("only-next.txt", "x\n");
  git("add", "-A");
  git("commit", "-q", "-m", "Only on next");
  git("checkout", "-q", "main");
  const agentId = await works(all, "a");
  writeFileSync(join(out, "go"), "");
  expect(await ended(box, agentId)).toMatchObject({ statusReason: { exitCode: 0 } });
  expect(git("log", "--format=%s", "next")).toBe("Add a.txt\nOnly on next\nBegin");
  expect(git("log", "--format=%s", "main")).toBe("Begin");
  const [landing] = await all.evidence();
  expect(landing).toMatchObject({ baseBranch: "next", newTip: git("rev-parse", "next") });
  expect(landing?.checks[0]?.attempts.map(({ green }) => green)).toEqual([false, true]);
});

test("[WSP-33] a person who commits during the check: it runs again on the new tip, and that is what lands", async () => {
  const script = 'git rev-parse HEAD >> "$out/saw"; touch "$out/ran"; until [ -e "$out/on" ]; do sleep 0.05; done';
  const all = await given("moved", script);
  const { out, git, write, said, has } = all;
  const agentId = await works(all, "a");
  writeFileSync(join(out, "go"), "");
  await until("the check", () => has("ran"), { ...within, also: box.output });
  write("person.txt", "by hand\n");
  git("add", "-A");
  git("commit", "-q", "-m", "By hand");
  writeFileSync(join(out, "on"), "");
  expect(await ended(box, agentId)).toMatchObject({ statusReason: { exitCode: 0 } });
  expect(git("log", "--format=%s", "main")).toBe("Add a.txt\nBy hand\nBegin");
  const saw = said("saw").split("\n");
  expect(saw).toHaveLength(2);
  expect(saw[1]).toBe(git("rev-parse", "main"));
  expect(git("status", "--porcelain")).toBe("");
});

test("[WSP-42] [WSP-31] kill -9 of the orchestrator in a check: the check dies with it, runs anew, and the change lands once", async () => {
  const script = [
    'echo "$$" >> "$out/ran"; sleep 600 & echo $! >> "$out/children"',
    'until [ -e "$out/on" ]; do sleep 0.05; done; echo left > left-over.txt',
  ].join("\n");
  const all = await given("killed", script);
  const { out, git, said, has } = all;
  const agentId = await works(all, "a");
  writeFileSync(join(out, "go"), "");
  const pidsIn = (name: string) => (has(name) ? said(name).split("\n").map(Number) : []);
  await until("the check", () => pidsIn("children").length === 1, { ...within, also: box.output });
  await box.orchestrator.end("SIGKILL");
  const first = [...pidsIn("ran"), ...pidsIn("children")];
  await until("the check's end", () => allEnded(first), within);
  await box.restartOrchestrator();
  await until("the check again", () => pidsIn("children").length === 2, { ...within, also: box.output });
  await box.relay.end("SIGKILL");
  writeFileSync(join(out, "on"), "");
  await box.restartRelay();
  expect(await ended(box, agentId)).toMatchObject({ statusReason: { exitCode: 0 } });
  expect(git("log", "--format=%s", "main")).toBe("Add a.txt\nBegin");
  const tip = git("rev-parse", "main");
  expect(await all.evidence()).toMatchObject([
    { newTip: tip, checkedCommit: tip, checks: [{ name: "test", green: true }] },
  ]);
  expect(git("status", "--porcelain")).toBe("");
  expect(pidsIn("ran")).toHaveLength(2);
  await until("nothing of the checks to be left", () => allEnded(pidsIn("children")), within);
});
