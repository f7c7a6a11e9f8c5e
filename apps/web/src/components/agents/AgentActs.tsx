"use client";

import { Group, Text } from "@mantine/core";
import { IconMessage } from "@tabler/icons-react";
import { useState } from "react";
import { type AgentAct, actsFor, agentActs } from "../../lib/agent-acts.ts";
import { problemOf } from "../../lib/problem.ts";
import type { AgentCard } from "../../lib/types.ts";
import { useCompose } from "../../lib/use-compose.ts";
import { hasEnded } from "../../lib/words.ts";
import { ActButton } from "../parts/ActButton.tsx";
import { AgentActButton } from "./AgentActButton.tsx";

/** All that can be done to one agent, and what the relay said to the last of it (CON-20, CON-60). */
export function AgentActs({ agent }: { agent: AgentCard }) {
  const [said, setSaid] = useState<{ text: string | null; refused: boolean } | null>(null);
  const { open: compose } = useCompose();
  const hear = (act: AgentAct, error: unknown) => {
    const problem = error ? problemOf(error) : null;
    setSaid({
      text: problem ? `${problem.message}. ${problem.next}` : agentActs[act].asked,
      refused: problem !== null,
    });
  };
  return (
    <div>
      <Group gap={8} wrap="wrap">
        <ActButton
          needs="message:send"
          refusal={hasEnded(agent.status) ? "It has ended; restart it first" : null}
          variant="default"
          size="sm"
          leftSection={<IconMessage size={15} />}
          onClick={() => compose(agent.id)}
        >
          Message
        </ActButton>
        {actsFor(agent).map(({ act, refusal }) => (
          <AgentActButton
            key={act}
            act={act}
            agentId={agent.id}
            name={agent.name}
            busy={agent.status === "busy"}
            refusal={refusal}
            size="sm"
            onAsked={hear}
          />
        ))}
      </Group>
      <Text size="xs" c={said?.refused ? "red" : "dimmed"} mt={said?.text ? 6 : 0} role="status" maw={420}>
        {said?.text}
      </Text>
    </div>
  );
}
