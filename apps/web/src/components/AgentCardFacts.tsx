"use client";

import type { AgentDetail } from "../lib/types.ts";
import { Facts } from "./Facts.tsx";
import { AgentLink, HostLink, WorkspaceLink } from "./Links.tsx";
import { Panel } from "./Panel.tsx";
import { Time } from "./Time.tsx";

const joined = (words: readonly string[]) => (words.length > 0 ? words.join(", ") : null);

/** The whole card, with parent, children and who is at the root (CON-20). */
export function AgentCardFacts({ agent }: { agent: AgentDetail }) {
  const { meta } = agent;
  return (
    <div style={{ display: "grid", gap: 16 }}>
      <Panel title="Card">
        <Facts
          facts={[
            ["Id", <code key="id">{agent.id}</code>],
            ["Provider", [agent.provider, meta.model, meta.effort].filter(Boolean).join(" · ")],
            ["Host", agent.orchestratorId ? <HostLink key="host" id={agent.orchestratorId} /> : null],
            ["Machine", agent.machine],
            ["Directory", <code key="cwd">{meta.cwd}</code>],
            ["Approval", meta.approvalMode],
            ["Workspace", agent.workspaceId ? <WorkspaceLink key="ws" id={agent.workspaceId} /> : meta.workspaceMode],
            ["Profile", meta.profile],
            ["Policy", meta.policyName],
            ["Tags", joined(agent.tags)],
            ["Can", joined(agent.capabilities)],
            ["Started", <Time key="created" at={agent.createdAt} />],
            ["Last active", <Time key="active" at={agent.lastActiveAt} />],
            ["Ended", agent.endedAt ? <Time key="ended" at={agent.endedAt} /> : null],
            ["Request", <code key="request">{meta.spawnRequestId}</code>],
          ]}
        />
      </Panel>
      <Panel title="Family">
        <Facts
          facts={[
            ["Root", agent.onBehalfOf],
            ["Parent", agent.spawnedBy ? <AgentLink key="parent" id={agent.spawnedBy} /> : "started by a person"],
            [
              "Children",
              agent.children.length > 0 ? (
                <div key="children" style={{ display: "grid", gap: 2 }}>
                  {agent.children.map((id) => (
                    <AgentLink key={id} id={id} />
                  ))}
                </div>
              ) : (
                "none"
              ),
            ],
          ]}
        />
      </Panel>
    </div>
  );
}
