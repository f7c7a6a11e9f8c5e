import { ErrorCode, type Problem } from "../../packages/api/src/contracts/index.ts";
import { problemOf } from "../../tests/support/client.ts";
import { HOST, type Signalbox } from "../../tests/support/signalbox.ts";
import { until } from "../../tests/support/until.ts";
import type { Broken } from "../lib/broken.ts";

const refusals = 5;
const mostCalls = 600;
const recoverWithinMs = 5_000;

export interface Disk {
  fill(): void;
  free(): void;
}

/** A refusal that says what is wrong: not one of a relay that does not know. */
const isNamed = (problem: Problem | string): problem is Problem =>
  typeof problem !== "string" && ErrorCode.safeParse(problem.code).success && problem.code !== "Internal";

/** Other ways to write, and to read, while the disk is full. */
function others({ admin, relay, adminToken }: Signalbox, name: string): Record<string, () => Promise<unknown>> {
  const headers = { authorization: `Bearer ${adminToken}`, "content-type": "application/json" };
  return {
    "a setting": () => admin.settings.put.mutate({ key: "presence.staleSeconds", value: 15 }),
    "a profile": () => admin.profiles.put.mutate({ name, description: "x".repeat(500) }),
    "a drain": () => admin.orchestrators.drain.mutate({ id: HOST, enabled: false }),
    "directories of the host": () => admin.orchestrators.directories.query({ orchestratorId: HOST }),
    "the list of agents": () => admin.agents.list.query({}),
    "who it is": () => admin.auth.whoami.query({}),
    "a token over REST": async () => {
      const body = JSON.stringify({ name: `${name}-rest`, profile: "viewer" });
      const answer = await fetch(`${relay.url}/api/v1/tokens`, { method: "POST", headers, body });
      const text = await answer.text();
      if (/"Internal"/.test(text) || (answer.status !== 503 && !answer.ok))
        throw new Error(`${answer.status}: ${text}`);
    },
  };
}

/** Writes until the full disk has refused some, then makes room; what was acknowledged is remembered in `acknowledged`. */
export async function playFull(box: Signalbox, disk: Disk, name: string, acknowledged: Set<string>) {
  const broken: Broken[] = [];
  const note = (promise: string, seen: string) => void broken.push({ promise, seen });
  const seen = new Set<string>();
  const { admin, machine } = box;
  const write = async (token: string) => {
    await admin.tokens.create.mutate({ name: token, profile: "viewer" });
    acknowledged.add(token);
    return true;
  };
  disk.fill();
  let refused = 0;
  for (let i = 0; refused < refusals && i < mostCalls; i += 1) {
    const problem = await write(`${name}-${i}`).then(
      () => null,
      (error: unknown) => problemOf(error) ?? String(error),
    );
    if (problem === null) continue;
    refused += 1;
    if (isNamed(problem)) seen.add(problem.code);
    else note("untyped", JSON.stringify(problem));
  }
  for (const [path, call] of Object.entries(others(box, name))) {
    const problem = await call().then(
      () => null,
      (error: unknown) => problemOf(error) ?? String(error),
    );
    if (problem === null) continue;
    if (isNamed(problem)) seen.add(problem.code);
    else note("untyped", `${path}: ${JSON.stringify(problem)}`);
  }
  const place = { provider: "shell", orchestratorId: HOST, cwd: machine.baseDir, workspaceMode: "shared" } as const;
  const spawn = (label: string) => admin.agents.spawn.mutate({ ...place, spawnRequestId: label, prompt: "true" });
  await spawn(`${name}-full`).catch((error: unknown) => {
    const problem = problemOf(error) ?? String(error);
    if (!isNamed(problem)) note("untyped", `spawn: ${JSON.stringify(problem)}`);
  });

  disk.free();
  const from = performance.now();
  let tries = 0;
  const again = () => write(`${name}-again-${tries++}`).catch(() => false);
  await until("a write", again, { withinMs: recoverWithinMs }).catch((error: Error) => note("slow", error.message));
  const recoveredMs = performance.now() - from;
  const { agentId } = await until("a spawn", () => spawn(`${name}-after`).catch(() => null), { withinMs: 30_000 });
  const over = async () => {
    const agent = await admin.agents.get.query({ agentId });
    return ["exited", "failed"].includes(agent.status) ? agent : null;
  };
  const agent = await until("its end", over, { withinMs: 60_000 }).catch(
    (error: Error) => void note("stuck", error.message),
  );
  if (agent && agent.statusReason?.kind !== "completed") note("refusedAfter", JSON.stringify(agent.statusReason));
  return { broken, refused, codes: [...seen], recoveredMs };
}

/** What was acknowledged and is not there. */
export async function missing({ admin }: Signalbox, acknowledged: Set<string>): Promise<string[]> {
  const there = new Set<string>();
  for (let cursor: string | undefined; ; ) {
    const page = await admin.tokens.list.query({ limit: 200, cursor });
    for (const { name } of page.items) there.add(name);
    if (!page.nextCursor) break;
    cursor = page.nextCursor;
  }
  return [...acknowledged].filter((name) => !there.has(name));
}
