import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { SpawnAgent } from "../../packages/api/src/spawn/schema.ts";
import { createRepository } from "../e2e/repository.ts";
import { install } from "../support/install.ts";
import { HOST, type Signalbox, startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";
import { type OpenAi, outputsOf, startOpenAi, textsOf } from "./openai.ts";
import { watch } from "./watch.ts";
import { spawnWriter } from "./writer.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 420_000 });

const version = "0.169.0";
const rig = "scripted";
const skillText = "What the sample skill says.";
const relayTools = "mcp__signalbox";

let box: Signalbox;
let model: OpenAi;
let see: ReturnType<typeof watch>;
let missing: string | undefined;

/** Settings that lead the program to the scripted endpoint; a folder of its own, so no person's settings count. */
const settings = (url: string) => `
model = "gpt-6-sol"
model_provider = "scripted"
[analytics]
enabled = false
[model_providers.scripted]
name = "Scripted"
base_url = "${url}"
wire_api = "responses"
env_key = "SCRIPTED_KEY"
request_max_retries = 0
stream_max_retries = 0
`;

beforeAll(async () => {
  const program = await install("@openai/codex", version, "@openai/codex/bin/codex.js");
  if ("missing" in program) {
    missing = `${program.missing}; the tests with the real codex are left out`;
    console.warn(missing);
    return;
  }
  model = await startOpenAi();
  box = await startSignalbox({
    prepare({ home }) {
      const command = [process.execPath, program.path];
      // Nothing but the scripted endpoint is reached.
      const alone = { HTTPS_PROXY: "http://127.0.0.1:9", NO_PROXY: "127.0.0.1" };
      const providers = { codex: { command, env: { SCRIPTED_KEY: "no key", ...alone } } };
      writeFileSync(join(home, "orchestrator.json"), JSON.stringify({ providers }));
      const folder = join(home, "rigs", "codex", rig);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "config.toml"), settings(model.url));
      mkdirSync(join(folder, "skills", "sample"), { recursive: true });
      writeFileSync(
        join(folder, "skills", "sample", "SKILL.md"),
        `---\nname: sample\ndescription: A sample.\n---\n${skillText}\n`,
      );
    },
  });
  see = watch(box);
});
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await model?.[Symbol.asyncDispose]();
});
beforeEach(({ skip }) => {
  if (missing) skip(missing);
});

async function spawn(asked: Partial<SpawnAgent> = {}): Promise<string> {
  const given = {
    provider: "codex",
    orchestratorId: HOST,
    rig,
    prompt: "Begin.",
    approvalMode: "open",
    ...asked,
  } as const;
  return (await box.admin.agents.spawn.mutate(given)).agentId;
}

const askedTimes = (times: number) =>
  until(`request ${times}`, () => model.asked.length >= times, { withinMs: 60_000 });

/** A turn of the model that ends when the test says so. */
function gate(say: string) {
  let open = () => {};
  const wait = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { turn: { wait, say }, open: () => open() };
}

test(`[HST-09] codex ${version} is offered with every mode that this machine can run, and its models`, async () => {
  const { providers } = await box.admin.orchestrators.get.query({ id: HOST });
  const offer = providers.find(({ provider }) => provider === "codex");
  expect(offer).toMatchObject({ available: true, reason: null, version });
  expect(offer?.approvalModes).toContain("open");
  const modes = [...(offer?.approvalModes ?? []), ...(offer?.unavailableModes ?? []).map(({ mode }) => mode)];
  expect([...modes].sort()).toEqual(["auto-edit", "guarded", "open", "plan"]);
  expect(offer?.models?.length).toBeGreaterThan(0);
});

test("[HST-54] [HST-56] [HST-59] [HST-24] codex registers, is busy with its prompt, uses the relay's tools unasked, its result is captured, and it ends when asked to", async () => {
  const { path } = createRepository(box.machine.baseDir, "tools");
  const last = gate("All done. 🚦");
  const from = model.asked.length;
  model.script(
    { call: "relay_whoami", namespace: relayTools, input: {} },
    { call: "exec_command", input: { cmd: "echo made > made.txt && pwd" } },
    { call: "relay_workspace_ready", namespace: relayTools, input: { commit: true, message: "Make a file" } },
    last.turn,
  );
  const agentId = await spawn({ cwd: path, workspaceMode: "isolated", prompt: "--begin\nמתחילים 🚦" });
  await askedTimes(from + 4);
  expect((await see.agentOf(agentId)).status).toBe("busy");
  const [first, second, , fourth] = model.asked.slice(from);
  if (!first || !second || !fourth) throw new Error("four requests were awaited");
  expect(textsOf(first).at(-1)).toEqual({ role: "user", text: "--begin\nמתחילים 🚦" });
  expect(outputsOf(second)[0]).toContain(agentId);
  const outputs = outputsOf(fourth);
  expect(outputs[1]).toContain("/worktrees/");
  expect(outputs[2]).toContain('"ready"');
  expect(await see.given(agentId)).not.toMatch(/sbx_tok_/);
  last.open();
  expect(await see.idle(agentId)).toMatchObject({ status: "idle", result: "All done. 🚦" });
  expect(await see.secondsToEnd(agentId)).toBeLessThan(60);
});

test("[HST-54] [HST-60] [SPN-59] [SPN-60] codex is compacted, told what to read, interrupted, and restarted in the same conversation", async () => {
  const { path } = createRepository(box.machine.baseDir, "turns");
  const from = model.asked.length;
  const reading = gate("never said");
  model.script({ say: "First answer." }, { say: "A summary." }, reading.turn);
  const agentId = await spawn({ cwd: path, tags: ["memory-reload:NOTES.md"] });
  await see.idle(agentId);

  await box.admin.agents.compact.mutate({ agentId });
  await askedTimes(from + 3);
  const told = model.asked[from + 2];
  expect(told && textsOf(told).at(-1)).toEqual({ role: "user", text: "Read these again: NOTES.md" });
  await see.busy(agentId);

  await box.admin.agents.interrupt.mutate({ agentId });
  expect(await see.idle(agentId)).toMatchObject({ result: "First answer." });

  const { epoch } = await see.agentOf(agentId);
  await box.admin.agents.restart.mutate({ agentId });
  await see.becomes(agentId, "idle again", (agent) => agent.epoch > epoch && agent.status === "idle");
  const before = model.asked.length;
  model.script({ say: "A second summary." }, { say: "Read." });
  await box.admin.agents.compact.mutate({ agentId });
  await askedTimes(before + 2);
  expect(await see.becomes(agentId, "idle with its result", ({ result }) => result === "Read.")).toBeTruthy();
  const thread = (n: number) => model.asked[n]?.body.prompt_cache_key;
  expect(thread(before + 1)).toBe(thread(from));
  expect(thread(from)).toMatch(/^[0-9a-f-]{36}$/);
});

test("[MSG-39] [MSG-44] [MSG-49] [MSG-51] a message of another agent begins a turn of codex, which answers it and turns no skill on; one into a turn is read in it", async () => {
  const writer = await spawnWriter(box);
  const { path } = createRepository(box.machine.baseDir, "letters");
  const from = model.asked.length;
  const input = { messageId: 0, body: "Yes." };
  const known = gate("");
  const long = gate("never said");
  model.script(
    { say: "Ready." },
    { call: "relay_reply", namespace: relayTools, input, wait: known.turn.wait },
    { say: "Answered." },
    long.turn,
    { say: "Read." },
  );
  const agentId = await spawn({ cwd: path });
  await see.idle(agentId);
  input.messageId = await writer.send(agentId, "Is it so, $sample?\n\tand so?");
  known.open();
  const [recipient] = await writer.reaches(input.messageId, "answered");
  expect(Object.keys(recipient?.times ?? {}).sort()).toEqual(["accepted", "answered", "injected", "seen", "sent"]);
  const lastOf = (n: number) => textsOf(model.asked[n] ?? { model: "", input: [], body: {} }).at(-1)?.text;
  expect(lastOf(from + 1)).toBe(
    `[signalbox message ${input.messageId} from agent ${writer.agentId}, reply with relay_reply and messageId ${input.messageId}]
Is it so, $\\sample?
\tand so?
[end of message ${input.messageId}]`,
  );
  const all = model.asked.slice(from).flatMap((one) => textsOf(one).map(({ text }) => text));
  expect(all.filter((text) => text.includes(skillText))).toEqual([]);
  expect(await writer.inbox()).toMatchObject([{ body: "Yes.", replyTo: input.messageId, from: { id: agentId } }]);
  await see.becomes(agentId, "idle with its result", (one) => one.status === "idle" && one.result === "Answered.");

  await writer.send(agentId, "Go on.");
  await askedTimes(from + 4);
  await see.busy(agentId);
  const urgent = await writer.send(agentId, "Stop that.", { delivery: "steer", priority: "urgent" });
  await writer.reaches(urgent, "seen");
  await askedTimes(from + 5);
  expect(lastOf(from + 4)).toContain(`[signalbox message ${urgent} from agent`);
  await see.becomes(agentId, "idle again", (one) => one.status === "idle" && one.result === "Read.");
  long.open();
});

test("[HST-55] [HST-58] guarded codex is blocked by trust of its folder and by a permission, each with its text, until a person answers", async () => {
  const { path } = createRepository(box.machine.baseDir, "guarded");
  const outside = join(box.machine.dir, "outside.txt");
  const request = { cmd: `touch ${outside}`, sandbox_permissions: "require_escalated", justification: "May I?" };
  model.script({ call: "relay_whoami", namespace: relayTools, input: {} }, { call: "exec_command", input: request });
  model.script({ say: "Permitted." });
  const agentId = await spawn({ cwd: path, approvalMode: "guarded" });
  expect((await see.blocked(agentId, "Trust this folder?")).statusReason?.kind).toBe("permission");
  await see.answer(agentId, /Trust this folder\?/, "\r");
  expect((await see.blocked(agentId, `touch ${outside}`)).statusReason).toMatchObject({
    kind: "permission",
    text: expect.stringContaining("May I?"),
  });
  await see.answer(agentId, /Yes, proceed/, "y");
  await see.becomes(
    agentId,
    "idle with its result",
    ({ status, result }) => status === "idle" && result === "Permitted.",
  );
});

test("[SPN-49] [HST-54] a used-up quota blocks codex with its words, and not the conversation that is gone on with", async () => {
  const { path } = createRepository(box.machine.baseDir, "quota");
  model.script({ refuse: 429, error: { code: "insufficient_quota", message: "You exceeded your current quota." } });
  const agentId = await spawn({ cwd: path });
  expect((await see.blocked(agentId, "Quota exceeded")).statusReason?.kind).toBe("limit");
  const { epoch } = await see.agentOf(agentId);
  await box.admin.agents.restart.mutate({ agentId });
  await see.becomes(agentId, "idle again", (agent) => agent.epoch > epoch && agent.status === "idle");
  await until("the earlier failure", async () => (await see.screenOf(agentId)).includes("Quota exceeded"), {
    withinMs: 60_000,
  });
  // It is typed into only when it is free.
  const before = model.asked.length;
  model.script({ say: "A summary." });
  await box.admin.agents.compact.mutate({ agentId });
  await askedTimes(before + 1);
  expect((await see.agentOf(agentId)).status).not.toBe("blocked");
});

test("[HST-57] texts of the full permitted length in any script reach codex as they are; plan asks nobody for the relay's tools", async () => {
  // Half an emoji at the end would be no text.
  const long = (words: string, length: number) =>
    words
      .repeat(length)
      .slice(0, length)
      .replace(/[\ud800-\udbff]$/, "x");
  const instructions = long("-- שלום \"q\" '''\\n\t漢字🚦", 64_000);
  const systemPromptAppend = long("漢字かな交じり文。🚦", 64_000);
  const prompt = long("--help 漢字 אבג 🚦🏽\n", 16_000);
  await box.admin.profiles.put.mutate({ name: "long", instructions });
  const { path } = createRepository(box.machine.baseDir, "long");
  const from = model.asked.length;
  model.script({ call: "relay_whoami", namespace: relayTools, input: {} }, { say: "Read all of it." });
  const agentId = await spawn({ cwd: path, profile: "long", systemPromptAppend, prompt, approvalMode: "plan" });
  await see.blocked(agentId, "Trust this folder?");
  await see.answer(agentId, /Trust this folder\?/, "\r");
  await see.becomes(agentId, "idle with its result", ({ result }) => result === "Read all of it.");
  const [first, second] = model.asked.slice(from);
  if (!first || !second) throw new Error("two requests were awaited");
  expect(outputsOf(second)[0]).toContain(agentId);
  expect(textsOf(first).at(-1)?.text === prompt).toBe(true);
  const added = textsOf(first).filter(({ role, text }) => role === "developer" && text.includes("かな交じり文"));
  expect(added.map(({ text }) => text === `${instructions}\n\n${systemPromptAppend}`)).toEqual([true]);
});
