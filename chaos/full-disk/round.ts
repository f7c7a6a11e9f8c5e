import { ErrorCode } from "../../packages/api/src/contracts/index.ts";
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
    if (typeof problem === "string" || !ErrorCode.safeParse(problem.code).success)
      note("untyped", JSON.stringify(problem));
    else seen.add(problem.code);
  }
  const place = { provider: "shell", orchestratorId: HOST, cwd: machine.baseDir, workspaceMode: "shared" } as const;
  const spawn = (label: string) => admin.agents.spawn.mutate({ ...place, spawnRequestId: label, prompt: "true" });
  await spawn(`${name}-full`).catch((error: unknown) => {
    if (!problemOf(error)) note("untyped", String(error));
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
