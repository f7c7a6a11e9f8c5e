import { connect } from "../../apps/orchestrator/src/link/connection.ts";
import { type Client, problemOf } from "../../tests/support/client.ts";
import { hostOffer, registerHost } from "../../tests/support/played-host.ts";
import { until } from "../../tests/support/until.ts";

const vitals = { load: 0, memoryFreeBytes: 1, memoryTotalBytes: 1, diskFreeBytes: 1, sessions: 0 };

/** Reports in the name of an instance that another has replaced; answers how many were refused, and what was not. */
export async function playStale(url: string, admin: Client, trials: number) {
  const old = await registerHost(url, admin, { id: "host-twin" });
  const { agentId, command } = await admin.agents.spawn.mutate({
    provider: "shell",
    orchestratorId: old.id,
    workspaceMode: "shared",
    prompt: "true",
  });
  const commandId = command.id;
  old.drop();
  const fresh = connect(new URL(url), old.token);
  const proof = { orchestratorId: old.id, instanceId: "instance-2" };
  const host = { ...hostOffer({ id: old.id }), instanceId: proof.instanceId };
  await until("the second to be taken", () =>
    fresh.relay.orchestrators.register.mutate(host).then(
      () => true,
      () => false,
    ),
  );
  const stale = connect(new URL(url), old.token);
  const end = { exitCode: 0, signal: null, lastLines: [] };
  const calls = [
    () => stale.relay.commands.report.mutate({ ...old.proof, report: { commandId, state: "running" } }),
    () => stale.relay.orchestrators.heartbeat.mutate({ ...old.proof, vitals }),
    () =>
      stale.relay.orchestrators.reportAgents.mutate({
        ...old.proof,
        complete: true,
        agents: [
          { agentId, commandId, sessionName: "sb-x", startedAt: new Date().toISOString(), end, workspace: null },
        ],
        unknown: [],
      }),
    () => stale.relay.tokens.issueRunner.mutate({ ...old.proof, commandId }),
  ];
  const taken: string[] = [];
  for (let i = 0; i < trials; i += 1) {
    const problem = await (calls[i % calls.length] as () => Promise<unknown>)().then(() => null, problemOf);
    if (problem?.code !== "Conflict") taken.push(`call ${i % calls.length}: ${JSON.stringify(problem)}`);
  }
  const { status } = await admin.agents.get.query({ agentId });
  if (status !== "spawning") taken.push(`the agent is ${status}`);
  for (const { drop } of [fresh, stale]) drop();
  return taken;
}
