import { clientOf } from "../../support/client.ts";
import type { PlayedAgent, PlayedHost } from "../../support/played-host.ts";
import { until } from "../../support/until.ts";
import type { Resource } from "./inputs.ts";
import type { World } from "./world.ts";

/** Whose things a call is about. */
export const relations = ["own", "other's", "nobody's"] as const;
export type Relation = (typeof relations)[number];

/** Whoever calls, with the things that are its own, somebody else's and nobody's. */
export interface MatrixCaller {
  /** A token profile, or what is wrong with the credential. */
  name: string;
  profile: string | null;
  token: string | null;
  about: Record<Relation, Resource>;
}

function thingsOf(host: PlayedHost, agent: PlayedAgent, more: Resource): Resource {
  const { agentId, commandId, workspaceId } = agent;
  const { orchestratorId, instanceId } = host.proof;
  return { agentId, commandId, workspaceId, orchestratorId, instanceId, id: orchestratorId, ...more };
}

const nobodys: Resource = {
  agentId: "shell-nobody",
  commandId: "cmd_00000000000000000000000000",
  workspaceId: "ws_00000000000000000000000000",
  tokenId: "tok_00000000000000000000000000",
  orchestratorId: "host-nobody",
  instanceId: "nobody",
  id: "host-nobody",
  name: "nobody",
};

/** The seven token profiles, nobody, an expired and a revoked administrator. */
export async function makeCallers({ url, admin, hostA, hostB }: World): Promise<MatrixCaller[]> {
  const make = async (profile: string, constraints = {}) =>
    admin.tokens.create.mutate({ name: `matrix ${profile}`, profile: profile as "admin", constraints });
  const spare = async () => ({ tokenId: (await make("viewer")).token.id });
  const profileNamed = async (name: string) => {
    await admin.profiles.put.mutate({ name });
    return { name };
  };
  const [spareAgent, ownAgent, otherAgent] = [await hostA.agent(), await hostA.agent(), await hostB.agent()];
  const mine = { ...(await spare()), ...(await profileNamed("mine")) };
  const theirs = { ...(await spare()), ...(await profileNamed("theirs")) };
  const other = thingsOf(hostB, otherAgent, theirs);
  const about = (own: Resource) => ({ own, "other's": other, "nobody's": nobodys });
  const people = about(thingsOf(hostA, spareAgent, mine));

  const caller = (name: string, token: string | null, things = people): MatrixCaller => ({
    name,
    profile: name,
    token,
    about: things,
  });
  const revoked = await make("admin");
  await admin.tokens.revoke.mutate({ tokenId: revoked.token.id });
  const expired = await make("admin", { expiresAt: new Date(Date.now() + 1_000).toISOString() });
  const interactive = await make("interactive");
  await clientOf(url, interactive.text).agents.register.mutate({ runnerId: "by-hand", sessionName: "s" });
  const byHand = { ...people.own, agentId: interactive.token.constraints.agents?.[0] };
  await until("the token to expire", () =>
    clientOf(url, expired.text)
      .auth.whoami.query({})
      .then(
        () => false,
        () => true,
      ),
  );
  const bad = (name: string, token: string | null) => ({ ...caller(name, token), profile: null });
  return [
    caller("admin", (await make("admin")).text),
    caller("operator", (await make("operator")).text),
    caller("viewer", (await make("viewer")).text),
    caller("orchestrator", hostA.token),
    caller("provider-agent", ownAgent.token, about(thingsOf(hostA, ownAgent, mine))),
    caller("interactive", interactive.text, about(byHand)),
    caller("integration", (await make("integration")).text),
    bad("anonymous", null),
    bad("expired", expired.text),
    bad("revoked", revoked.text),
  ];
}
