"use client";

import { Button, Group, Text } from "@mantine/core";
import Link from "next/link";
import type { AttentionItem } from "../../lib/attention.ts";
import { AgentActButton } from "../agents/AgentActButton.tsx";
import { RedeliverButton } from "../messages/RedeliverButton.tsx";
import { Lamp } from "../parts/Lamp.tsx";
import { Time } from "../parts/Time.tsx";
import classes from "./AttentionQueue.module.css";

/** One thing that needs a person: why, since when, and what to press (CON-14). */
export function AttentionRow({ item }: { item: AttentionItem }) {
  return (
    <li className={classes.item} data-tone={item.tone}>
      <div className={classes.lamp}>
        <Lamp tone={item.tone} shape={item.shape} />
      </div>
      <div className={classes.text}>
        <Group gap={8} wrap="wrap">
          <Text size="sm" fw={500}>
            {item.kind}
          </Text>
          <Link href={item.href} className={classes.subject} data-row>
            {item.subject}
          </Link>
          <Text size="xs" c="dimmed">
            <Time at={item.since} />
          </Text>
        </Group>
        <Text size="sm" c="dimmed" lineClamp={2}>
          {item.reason}
        </Text>
        {item.detail ? (
          <Text size="sm" c="dimmed" lineClamp={1}>
            {item.detail}
          </Text>
        ) : null}
      </div>
      <Group gap={6} className={classes.actions}>
        {item.acts.map((act) => (
          <AgentActButton key={act} act={act} agentId={item.agentId ?? ""} name={item.subject} size="compact-xs" />
        ))}
        {item.redelivery ? <RedeliverButton {...item.redelivery} size="compact-xs" /> : null}
        <Button component={Link} href={item.action.href} variant="default" size="compact-xs">
          {item.action.label}
        </Button>
      </Group>
    </li>
  );
}
