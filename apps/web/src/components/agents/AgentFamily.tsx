"use client";

import { useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import type { AgentCard, AgentDetail } from "../../lib/types.ts";
import { agentSignal } from "../../lib/words.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Facts } from "../parts/Facts.tsx";
import { State } from "../parts/Lamp.tsx";
import { ActivityLink, AgentLink } from "../parts/Links.tsx";
import { Panel } from "../parts/Panel.tsx";
import classes from "./AgentFamily.module.css";

const Member = ({ agent }: { agent: AgentCard }) => (
  <li className={classes.member}>
    <AgentLink id={agent.id} name={agent.name} />
    <State signal={agentSignal(agent)} />
  </li>
);

/** Who is at the root, who asked, parent and children with their states (CON-20). */
export function AgentFamily({ agent }: { agent: AgentDetail }) {
  const trpc = useTRPC();
  const parent = useQuery({ ...reads.agent(trpc, agent.spawnedBy ?? ""), enabled: agent.spawnedBy !== null }).data;
  const children = useQuery({ ...reads.children(trpc, agent.id), enabled: agent.children.length > 0 }).data?.items;
  return (
    <Panel title="Family">
      <Facts
        facts={[
          ["Root", <ActivityLink key="root" by="root" name={agent.onBehalfOf} />],
          [
            "Asked by",
            agent.createdBy === agent.onBehalfOf || agent.createdBy === agent.spawnedBy ? null : agent.createdBy,
          ],
          [
            "Parent",
            agent.spawnedBy ? (
              <ul key="parent" className={classes.members}>
                {parent ? <Member agent={parent} /> : <AgentLink id={agent.spawnedBy} />}
              </ul>
            ) : (
              "none"
            ),
          ],
          [
            "Children",
            agent.children.length > 0 ? (
              <ul key="children" className={classes.members}>
                {children
                  ? children.map((child) => <Member key={child.id} agent={child} />)
                  : agent.children.map((id) => (
                      <li key={id}>
                        <AgentLink id={id} />
                      </li>
                    ))}
              </ul>
            ) : (
              "none"
            ),
          ],
        ]}
      />
    </Panel>
  );
}
