"use client";

import { Text } from "@mantine/core";
import { useAttention } from "../../lib/use-attention.ts";
import { Lamp } from "../parts/Lamp.tsx";
import { Panel } from "../parts/Panel.tsx";
import classes from "./AttentionQueue.module.css";
import { AttentionRow } from "./AttentionRow.tsx";

/** Each thing that needs a person: why, since when, and what to press (CON-14). */
export function AttentionQueue() {
  const items = useAttention();
  return (
    <Panel title="Needs you" aside={items.length > 0 ? <span>{items.length}</span> : null} flush>
      <div aria-live="polite">
        {items.length === 0 ? (
          <div className={classes.clear}>
            <Lamp tone="green" shape="full" />
            <Text size="sm" c="dimmed">
              Nothing needs you. Blocked agents, failures, conflicts, messages that did not arrive and hosts that went
              away appear here.
            </Text>
          </div>
        ) : (
          <ul className={classes.list}>
            {items.map((item) => (
              <AttentionRow key={item.id} item={item} />
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}
