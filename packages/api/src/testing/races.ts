import { AppError } from "../errors.ts";
import { createSignInLink } from "../identity/sign-in.ts";
import { team } from "./messages.ts";
import type { TestRelay } from "./relay.ts";

/** How many call at once. */
const atOnce = 64;

/** What came of many races: how many there were, and how many broke which promise. */
export interface Raced {
  trials: number;
  broken: Record<string, number>;
}

/** The code of a refusal; any other failure is none, and is thrown. */
const codeOf = (error: unknown): string => {
  if (error instanceof AppError) return error.reason;
  throw error;
};

/** One sign-in link each time, redeemed by all at once: exactly one may come in (IDN-51). */
export async function raceForLinks(it: TestRelay, trials: number): Promise<Raced> {
  const broken = { "not exactly one came in": 0, "sessions besides": 0 };
  const { id } = await it.token();
  for (let trial = 0; trial < trials; trial += 1) {
    const code = (await createSignInLink(it.services, id)).split("#code=")[1] as string;
    // Each from an address of its own: the limit on failed attempts is not what is tested here.
    const redeem = (_: unknown, n: number) =>
      it
        .callWith(null, { address: `race ${trial} ${n}`, setSession: () => undefined })
        .auth.signIn({ code })
        .then(() => "ok", codeOf);
    const codes = await Promise.all(Array.from({ length: atOnce }, redeem));
    const [came, refused] = ["ok", "Unauthenticated"].map((one) => codes.filter((code) => code === one).length);
    if (came !== 1 || refused !== atOnce - 1) broken["not exactly one came in"] += 1;
  }
  broken["sessions besides"] = (await it.services.db.client.session.count()) - trials;
  return { trials, broken };
}

/** One request id each time, spawned by all at once, then by somebody else: one agent, and a refusal (SPN-08 to SPN-10). */
export async function raceForSpawns(it: TestRelay, trials: number): Promise<Raced> {
  const broken = { "not exactly one effect": 0, "somebody else came in": 0, "agents or commands besides": 0 };
  await it.host("host-race", { maxSessions: 1_000 });
  const [mine, theirs] = [await it.as({ name: "mine" }), await it.as({ name: "theirs" })];
  for (let trial = 0; trial < trials; trial += 1) {
    const spawnRequestId = `race-${trial}`;
    const spawn = (call: typeof mine, prompt: string) =>
      call.agents.spawn({ provider: "shell", prompt, spawnRequestId });
    const answers = await Promise.all(Array.from({ length: atOnce }, (_, n) => spawn(mine, `echo ${n}`)));
    const told = new Set(answers.map(({ agentId, command }) => `${agentId} ${command.id}`));
    if (told.size !== 1) broken["not exactly one effect"] += 1;
    if ((await spawn(theirs, "true").then(() => "ok", codeOf)) !== "Conflict") broken["somebody else came in"] += 1;
  }
  const { client } = it.services.db;
  const [agents, commands] = [await client.agent.count(), await client.command.count()];
  broken["agents or commands besides"] = agents - trials + (commands - trials);
  return { trials, broken };
}

/** Two administrators each time, who revoke each other at once: one must be left (IDN-36). */
export async function raceForTheLast(it: TestRelay, trials: number): Promise<Raced> {
  const broken = { "no administrator left": 0 };
  const { client } = it.services.db;
  for (let trial = 0; trial < trials; trial += 1) {
    await client.token.updateMany({ where: { revokedAt: null }, data: { revokedAt: new Date(0) } });
    const [one, other] = [await it.token(), await it.token()];
    const revoke = (by: typeof one, of: typeof one) =>
      it
        .callWith(by.text)
        .tokens.revoke({ tokenId: of.id })
        .then(() => "ok", codeOf);
    await Promise.all([revoke(one, other), revoke(other, one)]);
    if ((await client.token.count({ where: { revokedAt: null } })) !== 1) broken["no administrator left"] += 1;
  }
  return { trials, broken };
}

/**
 * One spawn each time, cancelled and reported by all at once, in turn from a host that has it and from one that has not
 * seen it: one final state, and no answer that says another (HST-26, HST-35).
 */
export async function raceForCancels(it: TestRelay, trials: number): Promise<Raced> {
  const broken = { "not exactly one outcome": 0, "an answer that is not true": 0, "the agent is not as its start": 0 };
  const host = await it.host("host-race", { maxSessions: 1_000 });
  const admin = await it.as();
  const result = { sessionName: "s", workspace: null, adopted: false };
  for (let trial = 0; trial < trials; trial += 1) {
    const { agentId, command } = await admin.agents.spawn({ provider: "shell", prompt: "true" });
    const commandId = command.id;
    const report = (one: object) =>
      host.call.commands.report({
        ...host.proof,
        report: { commandId, ...one } as { commandId: string; state: "running" },
      });
    if (trial % 2) await report({ state: "running" });
    const calls = Array.from({ length: atOnce }, (_, n) => {
      if (n % 2) return admin.commands.cancel({ commandId });
      return report(n % 4 ? { state: "cancelled" } : { state: "succeeded", result });
    });
    const answers = await Promise.all(calls.map((call) => call.then(({ state }) => state, codeOf)));
    const { state, finishedAt } = await admin.commands.get({ commandId });
    const over = ["succeeded", "failed", "expired", "cancelled"];
    if (!over.includes(state) || !finishedAt) broken["not exactly one outcome"] += 1;
    const lies = answers.filter((one, n) => one !== state && one !== "Conflict" && !(n % 2 && !over.includes(one)));
    if (lies.length || !answers.includes(state)) broken["an answer that is not true"] += 1;
    const { status } = await admin.agents.get({ agentId });
    if (status !== (state === "cancelled" ? "exited" : "spawning")) broken["the agent is not as its start"] += 1;
  }
  return { trials, broken };
}

/** One key each time, sent by all at once, then with another text: one message, one delivery, and refusals (MSG-36). */
export async function raceForMessages(it: TestRelay, trials: number): Promise<Raced> {
  const broken = { "not exactly one message": 0, "another text came in": 0, "messages or deliveries besides": 0 };
  const { admin, agents } = await team(it, 1);
  const to = agents[0]?.id ?? "";
  for (let trial = 0; trial < trials; trial += 1) {
    const send = (body: string) => admin.messages.send({ to, body, from: "race", idempotencyKey: `race-${trial}` });
    const answers = await Promise.all(Array.from({ length: atOnce }, () => send("the same")));
    const ids = new Set(answers.map(({ messageId }) => messageId));
    const made = answers.filter(({ created }) => created).length;
    if (ids.size !== 1 || made !== 1) broken["not exactly one message"] += 1;
    if ((await send("another").then(() => "ok", codeOf)) !== "Conflict") broken["another text came in"] += 1;
  }
  const { client } = it.services.db;
  const rows = [await client.message.count(), await client.delivery.count()];
  broken["messages or deliveries besides"] = rows.reduce((sum, count) => sum + Math.abs(count - trials), 0);
  return { trials, broken };
}
