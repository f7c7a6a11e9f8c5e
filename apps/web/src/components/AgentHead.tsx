"use client";

import { Group } from "@mantine/core";
import type { AgentDetail } from "../lib/types.ts";
import { agentSignal, reasonInWords } from "../lib/words.ts";
import { AgentActs } from "./agent-acts/AgentActs.tsx";
import { StateBadge } from "./Lamp.tsx";
import { PageHead } from "./PageHead.tsx";
import { Time } from "./Time.tsx";

/** Name, state with reason and since when, and what can be done. */
export function AgentHead({ agent }: { agent: AgentDetail }) {
  const reason = reasonInWords(agent.statusReason);
  return (
    <PageHead
      title={agent.name}
      about={
        <Group gap={10} mt={6}>
          <StateBadge signal={agentSignal(agent)} />
          <span>
            {reason ? `${reason} · ` : null}
            <Time at={agent.statusSince} />
          </span>
        </Group>
      }
    >
      <AgentActs agent={agent} />
    </PageHead>
  );
}
