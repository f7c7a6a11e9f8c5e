import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { submit } from "../../apps/orchestrator/src/runner/typing.ts";
import type { SpawnAgent } from "../../packages/api/src/spawn/schema.ts";
import { createRepository } from "../e2e/repository.ts";
import { install } from "../support/install.ts";
import { HOST, type Signalbox, startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";
import { type ModelRequest, type ScriptedModel, scriptedModel, textOf, told } from "./anthropic.ts";
import { watch } from "./watch.ts";
import { spawnWriter } from "./writer.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 420_000 });

const version = "2.1.330";
const key = "no-key-of-anybody-0123456789";
const relayTool = (name: string) => `mcp__signalbox__${name}`;

/** The model's search for tools, which waits for a server that the program is still starting. */
const loading = (...names: string[]) => ({
  say: "I look.",
  call: { tool: "ToolSearch", input: { query: `select:${names.map(relayTool).join(",")}` } },
});

let box: Signalbox;
let model: ScriptedModel;
let see: ReturnType<typeof watch>;
let missing: string | undefined;

/** A settings folder of its own, so that no person's settings count, whose first-run questions are answered but these. */
function makeRig(name: string, answered: object): void {
  const folder = join(box.machine.home, "rigs", "claude", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, ".claude.json"), JSON.stringify({ hasCompletedOnboarding: true, ...answered }));
}

beforeAll(async () => {
  const platform = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
  const program = await install(platform, version, `${platform}/claude`);
  if ("missing" in program) {
    missing = `${program.missing}; the tests with the real claude are left out`;
    console.warn(missing);
    return;
  }
  model = await scriptedModel();
  box = await startSignalbox({
    prepare({ home }) {
      const env = {
        ANTHROPIC_BASE_URL: model.url,
        ANTHROPIC_API_KEY: key,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
        CLAUDE_CODE_MAX_RETRIES: "0",
        DISABLE_AUTOUPDATER: "1",
      };
      writeFileSync(
        join(home, "orchestrator.json"),
        JSON.stringify({ providers: { claude: { command: [program.path], env } } }),
      );
    },
  });
  see = watch(box);
  const trusted = Object.fromEntries(
    ["work", "turns", "plan", "limits", "letters"].map((name) => {
      const { path } = createRepository(box.machine.baseDir, name);
      return [path, { hasTrustDialogAccepted: true }];
    }),
  );
  makeRig("known", { customApiKeyResponses: { approved: [key.slice(-20)], rejected: [] }, projects: trusted });
  makeRig("fresh", {});
});
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await model?.[Symbol.asyncDispose]();
});
beforeEach(({ skip }) => {
  if (missing) skip(missing);
});

async function spawn(name: string, asked: Partial<SpawnAgent> = {}): Promise<string> {
  const cwd = join(box.machine.baseDir, name);
  const given = { provider: "claude", orchestratorId: HOST, rig: "known", prompt: "Begin.", cwd, ...asked } as const;
  return (await box.admin.agents.spawn.mutate(given)).agentId;
}

/** The request of that number, once it was made. */
const asked = (number: number): Promise<ModelRequest> =>
  until(`request ${number}`, () => model.asked[number], { withinMs: 90_000, also: () => box.output() });

/** A turn of the model that ends when the test says so. */
function gate(say: string) {
  let open = () => {};
  const after = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { turn: { after, say }, open: () => open() };
}

test(`[HST-09] [HST-55] claude ${version} is offered with its modes; as root without the one that it refuses to root, and why`, async () => {
  const { providers } = await box.admin.orchestrators.get.query({ id: HOST });
  const offer = providers.find(({ provider }) => provider === "claude");
  expect(offer).toMatchObject({ available: true, reason: null, version });
  const root = process.getuid?.() === 0;
  expect(offer?.approvalModes).toEqual(["plan", "guarded", "auto-edit", ...(root ? [] : ["open"])]);
  expect(offer?.unavailableModes).toEqual(
    root ? [{ mode: "open", reason: expect.stringContaining("cannot be used with root") }] : [],
  );
});

test("[HST-54] [HST-56] [HST-59] [HST-24] claude registers, is busy with its prompt, uses the relay's tools unasked, its result is captured, and it ends when asked to", async () => {
  const from = model.asked.length;
  const last = gate("All done. 🚦");
  model.play(
    loading("relay_whoami", "relay_workspace_ready"),
    { call: { tool: relayTool("relay_whoami"), input: {} } },
    { call: { tool: "Bash", input: { command: "touch made.txt", description: "Make a file" } } },
    { call: { tool: relayTool("relay_workspace_ready"), input: { commit: true, message: "Make a file" } } },
    last.turn,
  );
  const prompt = "--begin\nמתחילים 🚦";
  const mode = { workspaceMode: "isolated", approvalMode: "auto-edit" } as const;
  const agentId = await spawn("work", { ...mode, prompt, effort: "high" });
  const [first, second, third] = [await asked(from), await asked(from + 2), await asked(from + 4)];
  await see.busy(agentId);
  expect(told(first)).toContain(prompt);
  expect(told(second)).toContain(agentId);
  expect(told(third)).toContain('"ready"');
  expect(await see.given(agentId)).not.toMatch(/sbx_tok_/);
  last.open();
  expect(await see.idle(agentId)).toMatchObject({ result: "All done. 🚦" });
  expect(await see.secondsToEnd(agentId)).toBeLessThan(60);
});

test("[HST-54] [HST-58] claude is blocked by its first questions, a permission and a question of its own, each with its text, until a person answers", async () => {
  createRepository(box.machine.baseDir, "new");
  const outside = join(box.machine.dir, "outside.txt");
  const questions = [
    {
      question: "Which colour?",
      header: "Colour",
      multiSelect: false,
      options: ["Red", "Blue"].map((label) => ({ label, description: label })),
    },
  ];
  model.play(
    { call: { tool: "Bash", input: { command: `touch ${outside}`, description: "Make a file" } } },
    { call: { tool: "AskUserQuestion", input: { questions } } },
    { say: "Answered." },
  );
  const agentId = await spawn("new", { rig: "fresh", workspaceMode: "shared" });
  const trust = await see.blocked(agentId, "trust this folder");
  expect(trust.statusReason).toMatchObject({ kind: "permission" });
  await see.press(agentId, "\x1b[B");
  await see.answer(agentId, /❯ Yes, I trust/, "\r");
  expect((await see.blocked(agentId, "API key")).statusReason?.kind).toBe("sign-in");
  await see.press(agentId, "\x1b[A");
  await see.answer(agentId, /❯ Yes/, "\r");

  const permission = { kind: "permission", text: `Bash: touch ${outside} (Make a file)` };
  expect((await see.blocked(agentId, "touch")).statusReason).toMatchObject(permission);
  expect(existsSync(outside)).toBe(false);
  await see.answer(agentId, /❯ 1\. Yes/, "\r");
  const question = await see.blocked(agentId, "Which colour?\n1. Red\n2. Blue");
  expect(question.statusReason?.kind).toBe("question");
  expect(existsSync(outside)).toBe(true);
  await see.answer(agentId, /❯ 1\. Red/, "\r");
  expect(await see.idle(agentId)).toMatchObject({ result: "Answered." });
});

test("[HST-54] [HST-60] [SPN-59] [SPN-60] [MSG-49] claude is compacted, told what to read, interrupted, typed to, and restarted in the same conversation", async () => {
  const from = model.asked.length;
  const reading = gate("never said");
  model.play({ say: "First answer." }, { say: "<summary>A summary.</summary>" }, reading.turn);
  const agentId = await spawn("turns", { workspaceMode: "shared", tags: ["memory-reload:NOTES.md"] });
  await see.idle(agentId);

  await box.admin.agents.compact.mutate({ agentId });
  expect(told(await asked(from + 2))).toContain("Read these again: NOTES.md");
  await see.busy(agentId);
  await box.admin.agents.interrupt.mutate({ agentId });
  expect(await see.idle(agentId)).toMatchObject({ result: "First answer." });
  reading.open();

  // What was interrupted before its answer stands at the prompt again, and must not be said with the next text.
  const { name, dir } = await see.sessionOf(agentId);
  model.play({ say: "Heard." });
  await submit("Hello 🚦\n\t- שלום\x1b[201~\x1b[31m!", { tmux: box.machine.tmux, sessionName: name, dir });
  const heard = await asked(from + 3);
  expect(told(heard)).toContain("Hello 🚦\n    - שלום!");
  expect(told(heard)).not.toContain("NOTES.md");
  await see.becomes(agentId, "idle", ({ status, result }) => status === "idle" && result === "Heard.");

  const { epoch } = await see.agentOf(agentId);
  await box.admin.agents.restart.mutate({ agentId });
  await see.becomes(agentId, "idle again", (agent) => agent.epoch > epoch && agent.status === "idle");
  // A program without a prompt counts as idle before it has begun to read keys.
  await until("its prompt", async () => (await see.screenOf(agentId)).includes("❯"), { withinMs: 60_000 });
  model.play({ say: "I remember." });
  await see.press(agentId, "What did I say?");
  await until("the text", async () => (await see.screenOf(agentId)).includes("What did I say?"));
  await see.press(agentId, "\r");
  const again = await asked(from + 4);
  expect(again.messages.map(({ content }) => textOf(content)).join("\n")).toContain("Hello 🚦");
  await see.becomes(agentId, "idle with its answer", ({ result }) => result === "I remember.");
});

test("[MSG-39] [MSG-44] [MSG-49] a message of another agent begins a turn of claude, which answers it; one into a turn is seen when it was read; no file is read for naming it", async () => {
  const writer = await spawnWriter(box);
  const from = model.asked.length;
  const input = { messageId: 0, body: "Yes." };
  const known = gate("");
  const long = gate("A long answer.");
  model.play(
    { say: "Ready." },
    { ...loading("relay_reply"), after: known.turn.after },
    { call: { tool: relayTool("relay_reply"), input } },
    { say: "Answered." },
    long.turn,
    { say: "Read." },
  );
  const agentId = await spawn("letters", { workspaceMode: "shared" });
  writeFileSync(join(box.machine.baseDir, "letters", "secret.txt"), "the text of a file");
  await see.idle(agentId);
  input.messageId = await writer.send(agentId, "Is it so?\n@secret.txt\nsee @secret.txt");
  known.open();
  const [recipient] = await writer.reaches(input.messageId, "answered");
  expect(Object.keys(recipient?.times ?? {}).sort()).toEqual(["accepted", "answered", "injected", "seen", "sent"]);
  const given = told(await asked(from + 1));
  expect(given).toContain(
    `[signalbox message ${input.messageId} from agent ${writer.agentId}, reply with relay_reply and messageId ${input.messageId}]\nIs it so?\n\\@secret.txt`,
  );
  expect(given).not.toContain("the text of a file");
  expect(await writer.inbox()).toMatchObject([{ body: "Yes.", replyTo: input.messageId, from: { id: agentId } }]);
  await see.becomes(agentId, "idle with its result", (one) => one.status === "idle" && one.result === "Answered.");

  const first = await writer.send(agentId, "Go on.");
  await asked(from + 4);
  const urgent = await writer.send(agentId, "Stop that.", { delivery: "steer", priority: "urgent" });
  await writer.reaches(urgent, "injected");
  await until("the queue", async () => (await see.screenOf(agentId)).includes(`[end of message ${urgent}]`));
  expect([await writer.rung(first), await writer.rung(urgent)]).toEqual(["seen", "injected"]);
  long.open();
  expect(told(await asked(from + 5))).toContain(`[signalbox message ${urgent} from agent`);
  await writer.reaches(urgent, "seen");
  await see.becomes(agentId, "idle again", (one) => one.status === "idle" && one.result === "Read.");
});

test("[HST-56] [HST-57] texts of the full permitted length in any script reach claude as they are; also while it plans the relay's tools ask nobody", async () => {
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
  const from = model.asked.length;
  model.play(loading("relay_workspace_ready"), { call: { tool: relayTool("relay_workspace_ready"), input: {} } });
  model.play({ say: "Read all of it." });
  const asking = {
    profile: "long",
    systemPromptAppend,
    prompt,
    approvalMode: "plan",
    workspaceMode: "shared",
  } as const;
  const agentId = await spawn("plan", asking);
  const [first, second] = [await asked(from), await asked(from + 2)];
  expect(told(first).includes(prompt)).toBe(true);
  expect(textOf(first.system).includes(`${instructions}\n\n${systemPromptAppend}`)).toBe(true);
  expect(told(second)).toMatch(/workspace/i);
  await see.becomes(agentId, "idle with its result", ({ result }) => result === "Read all of it.");
});

test.each([
  ["limit", { status: 429, type: "rate_limit_error", message: "You have used it up" }, "You have used it up"],
  ["sign-in", { status: 401, type: "authentication_error", message: "invalid x-api-key" }, "Invalid API key"],
])(
  "[HST-54] claude whose model refuses it is blocked by a %s, until a person has it go on",
  async (kind, refuse, text) => {
    model.play({ refuse });
    const agentId = await spawn("limits", { workspaceMode: "shared" });
    expect((await see.blocked(agentId, text)).statusReason?.kind).toBe(kind);
    model.play({ say: "It works again." });
    await see.press(agentId, "again");
    await until("the text", async () => /❯\sagain/.test(await see.screenOf(agentId)));
    await see.press(agentId, "\r");
    const again = "It works again.";
    await see.becomes(agentId, "idle again", ({ status, result }) => status === "idle" && result === again);
  },
);
