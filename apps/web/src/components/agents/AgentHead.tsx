"use client";

import { Group, Text } from "@mantine/core";
import Link from "next/link";
import { terminalHref } from "../../lib/attention.ts";
import type { AgentDetail } from "../../lib/types.ts";
import { agentSignal, reasonInWords } from "../../lib/words.ts";
import { StateBadge } from "../parts/Lamp.tsx";
import layout from "../parts/Layout.module.css";
import { ActivityLink, AgentLink, HostLink, ProfileLink } from "../parts/Links.tsx";
import { PageHead } from "../parts/PageHead.tsx";
import { Time } from "../parts/Time.tsx";
import { AgentActs } from "./AgentActs.tsx";

/** Name, state with reason and since when, what it is and for whom, and what can be done (CON-20). */
export function AgentHead({ agent }: { agent: AgentDetail }) {
  const { meta } = agent;
  const reason = reasonInWords(agent.statusReason);
  return (
    <PageHead
      title={agent.name}
      about={
        <>
          <Group gap={10} mt={6}>
            <StateBadge signal={agentSignal(agent)} />
            <span>
              {reason ? `${reason} · ` : null}
              <Time at={agent.statusSince} />
            </span>
            {agent.status === "blocked" ? <Link href={terminalHref(agent.id)}>Open terminal</Link> : null}
          </Group>
          <div className={layout.line}>
            <span>{[agent.provider, meta.model, meta.effort].filter(Boolean).join(" · ")}</span>
            {agent.orchestratorId ? (
              <span>
                on <HostLink id={agent.orchestratorId} />
              </span>
            ) : null}
            {meta.profile ? (
              <span>
                by profile <ProfileLink name={meta.profile} />
              </span>
            ) : null}
            {agent.spawnedBy ? (
              <span>
                child of <AgentLink id={agent.spawnedBy} />
              </span>
            ) : null}
            <span>
              for <ActivityLink by="root" name={agent.onBehalfOf} />
            </span>
          </div>
          {agent.shutdownFailure ? (
            <Text size="sm" mt={6} c="var(--sb-amber)" role="alert">
              {agent.shutdownFailure.text} · <Time at={agent.shutdownFailure.since} />
            </Text>
          ) : null}
        </>
      }
    >
      <AgentActs agent={agent} />
    </PageHead>
  );
}
