"use client";

import { Text } from "@mantine/core";
import type { ActivityRecord } from "../../lib/types.ts";
import { Empty } from "../parts/Empty.tsx";
import { AgentLink } from "../parts/Links.tsx";
import { Time } from "../parts/Time.tsx";
import classes from "./ActivityRows.module.css";

interface Props {
  items: readonly ActivityRecord[];
  /** The page is about this agent: it need not be named again. */
  agentId?: string;
}

/** Who did what, to what, on whose behalf; newest first. */
export function ActivityRows({ items, agentId }: Props) {
  if (items.length === 0)
    return <Empty title="Nothing has happened yet">Sign-ins, spawns, landings and refusals appear here.</Empty>;
  return (
    <ol className={classes.list}>
      {items.map((item) => (
        <li key={item.id} className={classes.item}>
          <div className={classes.what}>
            <Text size="sm">{item.title}</Text>
            <Text size="xs" c="dimmed" component="div">
              {item.actor}
              {item.onBehalfOf !== item.actor ? ` for ${item.onBehalfOf}` : null}
              {item.agentId && item.agentId !== item.actor && item.agentId !== agentId ? (
                <>
                  {" · "}
                  <AgentLink id={item.agentId} />
                </>
              ) : null}
              {` · ${item.kind}`}
            </Text>
            {item.body ? (
              <Text size="xs" c="dimmed" className={classes.body} lineClamp={agentId ? undefined : 2}>
                {item.body}
              </Text>
            ) : null}
          </div>
          <Text size="xs" c="dimmed" component="div">
            <Time at={item.at} />
          </Text>
        </li>
      ))}
    </ol>
  );
}
