"use client";

import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect, useState } from "react";
import { agentHref } from "../../lib/attention.ts";
import { reads } from "../../lib/reads.ts";
import { neverStarted } from "../../lib/spawn-steps.ts";
import type { SpawnAnswer } from "../../lib/types.ts";
import { useTRPC } from "../../trpc/context.ts";
import { AgentLink, HostLink } from "../parts/Links.tsx";
import { SpawnSteps } from "./SpawnSteps.tsx";

interface Props {
  answer: SpawnAnswer;
  onClose: () => void;
  /** Back to the form, with everything that was typed, for another start. */
  onEdit: () => void;
}

/** How far the start is; "started" is said only when the agent has registered (CON-54). */
export function SpawnProgress({ answer, onClose, onEdit }: Props) {
  const read = useQuery(reads.agent(useTRPC(), answer.agentId));
  const agent = read.data ?? answer.agent;
  const command = read.data?.command ?? answer.command;
  const registered = agent.epoch > 0;
  const failed = neverStarted(agent);
  const cancelled = failed && agent.statusReason?.kind === "cancelled";
  const [registeredAt, setRegisteredAt] = useState<string | null>(null);
  useEffect(() => {
    if (registered) setRegisteredAt((was) => was ?? new Date().toISOString());
  }, [registered]);
  return (
    <Stack gap="lg">
      <div aria-live="polite">
        <Text fw={500}>
          {registered
            ? "The agent has started"
            : cancelled
              ? "The start was cancelled"
              : failed
                ? "The agent did not start"
                : "Starting the agent"}
        </Text>
        <Text size="sm" c="dimmed" component="div">
          <AgentLink id={answer.agentId} /> on <HostLink id={answer.orchestratorId} />
          {answer.repeated ? "; this request had been made before, nothing was started twice" : null}
        </Text>
      </div>
      <SpawnSteps command={command} agent={agent} registeredAt={registeredAt} />
      <Group justify="flex-end" gap="sm">
        {failed ? (
          <Button variant="default" size="sm" onClick={onEdit}>
            Edit and try again
          </Button>
        ) : null}
        <Button variant="default" size="sm" onClick={onClose}>
          Close
        </Button>
        <Button size="sm" component={Link} href={agentHref(answer.agentId)} data-autofocus>
          Open agent
        </Button>
      </Group>
    </Stack>
  );
}
