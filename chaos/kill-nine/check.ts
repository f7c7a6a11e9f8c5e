import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { outputLog } from "../../apps/orchestrator/src/sessions/output.ts";
import { allProcesses, straysOf } from "../../apps/orchestrator/src/sessions/processes.ts";
import { readRecords, sessionDir } from "../../apps/orchestrator/src/sessions/record.ts";
import { type Acknowledged, fullOutput, type Round } from "./round.ts";
import type { World } from "./world.ts";

/** The promises that a round checks; each counts how often it was broken. */
export const promises = {
  lost: "an acknowledged spawn has no agent that ran",
  doubled: "an agent ran twice, or has two sessions",
  ended: "a session ended otherwise than by its script",
  disturbed: "a script saw a call fail",
  unlanded: "a change is not on base, or has no evidence",
  landedTwice: "a change is twice on base, or has two records of evidence",
  wrongHash: "evidence names a commit that is not on base",
  corrupt: "git fsck complains",
  orphaned: "a process of an ended agent is left",
  unsaid: "output of a script is missing from its log",
  dirty: "a checkout has changes, or a lock was left",
  stuck: "an agent has not ended in two minutes",
  down: "a program did not start again",
} as const;
type Promised = keyof typeof promises;

/** One broken promise, and what was seen. */
export interface Broken {
  promise: Promised;
  seen: string;
}

const lines = (path: string) => (existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : []);

async function checkAgent(world: World, { agentId, name }: Acknowledged, subjects: string[]): Promise<Broken[]> {
  const broken: Broken[] = [];
  const note = (promise: Promised, seen: string) => void broken.push({ promise, seen: `${name} ${agentId}: ${seen}` });
  const agent = await world.answered((admin) => admin.agents.get.query({ agentId }));
  const how = `${agent.status} ${JSON.stringify(agent.statusReason)} ${agent.lastLines?.join(" | ") ?? ""}`;

  const told = lines(world.ledger).map((line) => line.split(" "));
  const [starts, ends] = ["start", "end"].map(
    (word) => told.filter((one) => one[0] === word && one[1] === agentId).length,
  );
  if (starts === 0) note("lost", how);
  if ((starts ?? 0) > 1 || (ends ?? 0) > 1) note("doubled", `${starts} starts, ${ends} ends`);
  const records = await readRecords(world.machine.paths.sessions);
  const own = records.filter((record) => record.agentId === agentId).length;
  if (own !== 1) note(own === 0 ? "lost" : "doubled", `${own} sessions`);
  const log = records.find((record) => record.agentId === agentId)?.commandId ?? "";
  const output = lines(outputLog(sessionDir(world.machine.paths.sessions, log))).join("\n");
  if (ends === 1 && !fullOutput(name).every((text) => output.includes(text))) note("unsaid", output.slice(-300));
  const strays = await straysOf(agentId, await allProcesses());
  if (strays.length) note("orphaned", `processes ${strays.join(", ")}`);
  const { kind, exitCode } = agent.statusReason ?? {};
  if (agent.status !== "exited" || kind !== "completed") note("ended", how);
  else if (exitCode !== 0 || ends !== 1) note("disturbed", how);

  const commits = subjects.filter((subject) => subject === name).length;
  const { workspaces } = await world.answered((admin) => admin.workspaces.list.query({ ownerAgentId: agentId }));
  const [workspace] = workspaces;
  const get = (workspaceId: string) => world.answered((admin) => admin.workspaces.get.query({ workspaceId }));
  const landings = workspace ? (await get(workspace.id)).landings : [];
  const counts = `${commits} commits, ${landings.length} records, workspace ${workspace?.status}`;
  if (commits === 0 || landings.length === 0) note("unlanded", counts);
  if (commits > 1 || landings.length > 1) note("landedTwice", counts);
  for (const { newTip } of landings) {
    const { status } = spawnSync("git", ["merge-base", "--is-ancestor", newTip, "main"], {
      cwd: world.repository.path,
    });
    if (status !== 0) note("wrongHash", newTip);
  }
  return broken;
}

const gitSays = (cwd: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync("git", ["--no-optional-locks", ...args], { cwd, encoding: "utf8" });
  return `${status === 0 ? "" : `exit ${status} `}${stdout}${stderr}`.trim();
};

const locksIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".lock"));

async function checkRepository({ repository: { path }, machine }: World, agents: string[]): Promise<Broken[]> {
  const broken: Broken[] = [];
  const fsck = gitSays(path, "fsck", "--no-dangling", "--no-progress");
  if (fsck) broken.push({ promise: "corrupt", seen: fsck });
  const records = await readRecords(machine.paths.sessions);
  const earlier = records
    .filter(({ agentId }) => !agents.includes(agentId))
    .map(({ workspace }) => workspace?.worktreePath);
  const worktrees = execFileSync("git", ["worktree", "list", "--porcelain"], { cwd: path, encoding: "utf8" });
  for (const [, worktree = ""] of worktrees.matchAll(/^worktree (.+)$/gm)) {
    if (earlier.includes(worktree)) continue;
    const changes = gitSays(worktree, "status", "--porcelain");
    if (changes) broken.push({ promise: "dirty", seen: `${worktree}: ${changes}` });
  }
  if (gitSays(path, "symbolic-ref", "HEAD") !== "refs/heads/main")
    broken.push({ promise: "dirty", seen: "HEAD moved" });
  for (const lock of locksIn(join(path, ".git"))) broken.push({ promise: "dirty", seen: lock });
  return broken;
}

/** Looks at everything that the round should have left, and only that. */
export async function checkRound(world: World, { acknowledged, landedMs }: Round): Promise<Broken[]> {
  const subjects = execFileSync("git", ["log", "--format=%s", "main"], {
    cwd: world.repository.path,
    encoding: "utf8",
  });
  const broken: Broken[] = [];
  if (landedMs === null) broken.push({ promise: "stuck", seen: "the round" });
  for (const one of acknowledged) broken.push(...(await checkAgent(world, one, subjects.split("\n"))));
  const agents = acknowledged.map(({ agentId }) => agentId);
  broken.push(...(await checkRepository(world, agents)));
  for (const name of ["relay", "orchestrator"] as const)
    for (const seen of world[name].failures()) broken.push({ promise: "down", seen: `${name} ${seen}` });
  return broken;
}
