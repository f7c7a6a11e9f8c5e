"use client";

import type { AgentDetail } from "../../lib/types.ts";
import { Facts } from "../parts/Facts.tsx";
import layout from "../parts/Layout.module.css";
import { HostLink, ProfileLink, WorkspaceLink } from "../parts/Links.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Time } from "../parts/Time.tsx";
import { AgentFamily } from "./AgentFamily.tsx";
import { AgentGrant } from "./AgentGrant.tsx";

const joined = (words: readonly string[]) => (words.length > 0 ? words.join(", ") : null);

/** The whole card, the grant, and who belongs to it (CON-20). */
export function AgentCardFacts({ agent }: { agent: AgentDetail }) {
  const { meta } = agent;
  return (
    <div className={layout.column}>
      <Panel title="Card">
        <Facts
          facts={[
            ["Id", <code key="id">{agent.id}</code>],
            ["Kind", agent.kind === "interactive" ? "started by hand" : null],
            ["Provider", [agent.provider, meta.model, meta.effort].filter(Boolean).join(" · ")],
            ["Host", agent.orchestratorId ? <HostLink key="host" id={agent.orchestratorId} /> : null],
            ["Machine", agent.machine === agent.orchestratorId ? null : agent.machine],
            ["Directory", <code key="cwd">{meta.cwd}</code>],
            ["Approval", meta.approvalMode],
            [
              "Workspace",
              agent.workspaceId ? (
                <span key="ws">
                  {meta.workspaceMode} · <WorkspaceLink id={agent.workspaceId} name={agent.workspaceId.slice(-8)} />
                </span>
              ) : (
                meta.workspaceMode
              ),
            ],
            [
              "Profile",
              meta.profile ? (
                <span key="profile">
                  <ProfileLink name={meta.profile} />
                  {agent.profileVersion ? ` · version ${agent.profileVersion}` : null}
                </span>
              ) : null,
            ],
            ["Policy", meta.policyName],
            ["Arguments", meta.providerArgs.length > 0 ? <code key="args">{meta.providerArgs.join(" ")}</code> : null],
            ["Tags", joined(agent.tags)],
            ["Can", joined(agent.capabilities)],
            ["Started", <Time key="created" at={agent.createdAt} />],
            ["Last active", <Time key="active" at={agent.lastActiveAt} />],
            ["Ended", agent.endedAt ? <Time key="ended" at={agent.endedAt} /> : null],
            ["Sessions", agent.epoch > 1 ? `registered ${agent.epoch} times` : null],
            ["Request", <code key="request">{meta.spawnRequestId}</code>],
          ]}
        />
      </Panel>
      <AgentFamily agent={agent} />
      <AgentGrant agent={agent} />
    </div>
  );
}
