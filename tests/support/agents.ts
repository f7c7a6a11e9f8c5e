import { allProcesses, belonging } from "../../apps/orchestrator/src/sessions/processes.ts";
import { listSessions } from "../../apps/orchestrator/src/tmux/sessions.ts";
import type { AgentDetail } from "../../packages/api/src/agents/schema.ts";
import { type Client, clientOf } from "./client.ts";
import type { Machine } from "./machine.ts";
import { HOST, type Signalbox } from "./signalbox.ts";
import { until } from "./until.ts";

interface Wanted {
  cwd: string;
  /** A bash script. */
  prompt: string;
  workspaceMode?: "isolated" | "shared";
  /** Agent profile. */
  profile?: string;
}

/** Starts a script as an agent and answers the agent's id; the agent need not be online yet. */
export async function spawnShell({ admin }: Pick<Signalbox, "admin">, wanted: Wanted): Promise<string> {
  const given = { provider: "shell", orchestratorId: HOST, workspaceMode: "isolated", ...wanted } as const;
  return (await admin.agents.spawn.mutate(given)).agentId;
}

const letters = "abcdefghijklmnopqrstuvwxyz";

/** The id of the nth agent that is made up: six letters, counted from `aaaaaa`. */
export const numberedId = (provider: "claude" | "shell", n: number): string =>
  `${provider}-${[5, 4, 3, 2, 1, 0].map((place) => letters[Math.floor(n / 26 ** place) % 26]).join("")}`;

/** A token for an agent that no host starts: whoever plays its runner registers with it. */
export async function tokenByHand(admin: Client, agentId: string): Promise<string> {
  const constraints = { agents: [agentId] };
  return (await admin.tokens.create.mutate({ name: agentId, profile: "interactive", constraints })).text;
}

/** An agent that no host starts, registered; answers its token. */
export async function agentByHand({ admin, url }: { admin: Client; url: string }, id: string): Promise<string> {
  const token = await tokenByHand(admin, id);
  await clientOf(url, token).agents.register.mutate({ runnerId: id, sessionName: id });
  return token;
}

/** The agent once it has ended, as `exited` or `failed`. */
export function ended(box: Signalbox, agentId: string, withinMs = 60_000): Promise<AgentDetail> {
  const over = async () => {
    const agent = await box.admin.agents.get.query({ agentId });
    return agent.status === "exited" || agent.status === "failed" ? agent : null;
  };
  return until(`the end of ${agentId}`, over, { withinMs, also: box.output });
}

/** Process ids of a session: its runner, and the runner's first child, which is the agent's program. */
export async function processesOf({ tmux }: Machine, agentId: string): Promise<{ runner: number; program: number }> {
  const session = (await listSessions(tmux)).find((one) => one.agentId === agentId);
  if (!session) throw new Error(`${agentId} has no session`);
  const program = (await allProcesses()).find(({ parent }) => parent === session.pid);
  return { runner: session.pid, program: program?.pid ?? 0 };
}

/** Every process of every session, and the tmux server. */
export async function allOf({ tmux }: Machine): Promise<number[]> {
  const processes = await allProcesses();
  const sessions = await listSessions(tmux);
  const servers = sessions.flatMap(({ pid }) => processes.filter((one) => one.pid === pid).map(({ parent }) => parent));
  return [...new Set([...servers, ...sessions.flatMap(({ pid }) => [pid, ...belonging(processes, pid)])])];
}
