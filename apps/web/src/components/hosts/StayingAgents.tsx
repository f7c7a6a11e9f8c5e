"use client";

import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import { agentSignal, count } from "../../lib/words.ts";
import { useTRPC } from "../../trpc/context.ts";
import { AgentLink } from "../parts/Links.tsx";
import { Part } from "../parts/Part.tsx";
import classes from "./Hosts.module.css";

/** The live agents of a host by name; `none` is said where there are none. */
export function StayingAgents({ hostId, what, none }: { hostId: string; what: string; none: string }) {
  const read = useQuery(reads.agentsOn(useTRPC(), hostId, "live"));
  return (
    <Part read={read}>
      {({ items }) =>
        items.length === 0 ? (
          <Text size="sm">{none}</Text>
        ) : (
          <div>
            <Text size="sm">
              {count(items.length, "agent")} {what}:
            </Text>
            <ul className={classes.names}>
              {items.map((agent) => (
                <li key={agent.id}>
                  <AgentLink id={agent.id} name={agent.name} /> · {agentSignal(agent).word}
                </li>
              ))}
            </ul>
          </div>
        )
      }
    </Part>
  );
}
