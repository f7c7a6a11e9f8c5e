"use client";

import { useAttention } from "../../lib/use-attention.ts";
import { AttentionRow } from "../overview/AttentionRow.tsx";
import { Panel } from "../parts/Panel.tsx";
import classes from "./NeedyMessages.module.css";

/** What the loop guard holds and what people wrote in vain, with why, since when and what helps; nothing when there is none. */
export function NeedyMessages() {
  const items = useAttention().filter(({ kind }) => kind === "Messages held" || kind === "Message not delivered");
  return (
    <div aria-live="polite" className={items.length > 0 ? classes.needy : undefined}>
      {items.length > 0 ? (
        <Panel title="Needs you" aside={<span>{items.length}</span>} flush>
          <ul className={classes.list}>
            {items.map((item) => (
              <AttentionRow key={item.id} item={item} />
            ))}
          </ul>
        </Panel>
      ) : null}
    </div>
  );
}
