import { randomUUID } from "node:crypto";
import { connect } from "../../apps/orchestrator/src/link/connection.ts";
import { type Command, protocolVersion, type RegisterHost } from "../../packages/api/src/contracts/index.ts";
import { type Client, clientOf } from "./client.ts";
import { until } from "./until.ts";

type Offer = Pick<RegisterHost, "id"> & Partial<RegisterHost>;

/** What a host says of itself when it registers, but for its instance. */
export function hostOffer({ id, ...offer }: Offer) {
  const approvalModes = ["open" as const];
  const shell = { provider: "shell" as const, available: true, reason: null, version: "5.2", approvalModes };
  const about = { bootId: "boot", hostname: id, platform: "linux-x64", version: "0.1.0", protocolVersion };
  return { id, ...about, baseDir: "/", maxSessions: 1_000, providers: [shell], ...offer };
}

/** A host that is registered and connected, with a token of its own, and does nothing: commands for it stay pending. */
export async function registerHost(url: string, admin: Client, offer: Offer) {
  const { id } = offer;
  const constraints = { orchestrators: [id] };
  const { text: token } = await admin.tokens.create.mutate({ name: id, profile: "orchestrator", constraints });
  const { relay, drop } = connect(new URL(url), token);
  const instanceId = randomUUID();
  await relay.orchestrators.register.mutate({ ...hostOffer(offer), instanceId });
  return { id, instanceId, proof: { orchestratorId: id, instanceId }, token, relay, drop };
}

/** An agent that runs on a played host. */
export interface PlayedAgent {
  agentId: string;
  commandId: string;
  workspaceId: string;
  /** The runner's token. */
  token: string;
}

/** A host that the test plays: it takes commands and answers no request with anything useful. */
export async function playHost(url: string, admin: Client, id: string, baseDir = "/") {
  const host = await registerHost(url, admin, { id, baseDir });
  const { relay, proof } = host;
  const commands: Command[] = [];
  relay.commands.subscribe.subscribe(proof, {
    onData(item) {
      const data = "data" in item ? item.data : item;
      if (data.kind === "command") commands.push(data.command);
      else void relay.commands.answer.mutate({ ...proof, requestId: data.requestId, error }).catch(() => undefined);
    },
  });
  const error = { code: "Unavailable" as const, message: "This host is played by a test" };

  /** An agent with a workspace of its own whose runner has registered. */
  async function agent(named: { label?: string; tags?: string[] } = {}): Promise<PlayedAgent> {
    const about = { provider: "shell", orchestratorId: id, prompt: "true", workspaceMode: "isolated" } as const;
    const wanted = { ...about, ...named };
    const { agentId } = await admin.agents.spawn.mutate(wanted);
    const command = await until("the command", () => commands.find((one) => one.agentId === agentId));
    const commandId = command.id;
    await relay.commands.report.mutate({ ...proof, report: { commandId, state: "running" } });
    const { token } = await relay.tokens.issueRunner.mutate({ ...proof, commandId });
    const workspaceId = String(command.params.workspaceId);
    const branch = { branch: "b", baseBranch: "main", baseSha: "0".repeat(40), headSha: "1".repeat(40) };
    const place = { id: workspaceId, repoRoot: "/r", worktreePath: `/w/${agentId}`, ...branch };
    const workspace = { ...place, mode: "isolated" as const, requestedMode: "isolated" as const };
    const sessionName = `sb-${commandId}`;
    const session = { agentId, commandId, sessionName, startedAt: new Date().toISOString(), end: null, workspace };
    await relay.orchestrators.reportAgents.mutate({ ...proof, agents: [session], complete: false });
    const result = { sessionName, workspace, adopted: false };
    await relay.commands.report.mutate({ ...proof, report: { commandId, state: "succeeded", result } });
    await clientOf(url, token).agents.register.mutate({ runnerId: "runner", sessionName });
    return { agentId, commandId, workspaceId, token };
  }
  return { ...host, commands, agent };
}

export type PlayedHost = Awaited<ReturnType<typeof playHost>>;
