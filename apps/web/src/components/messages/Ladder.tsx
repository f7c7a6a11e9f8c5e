"use client";

import { VisuallyHidden } from "@mantine/core";
import { ladder } from "../../lib/message-words.ts";
import type { Recipient } from "../../lib/types.ts";
import { Lamp } from "../parts/Lamp.tsx";
import { Time } from "../parts/Time.tsx";
import classes from "./Ladder.module.css";

/** How far a message came at one recipient, rung by rung; what is not reached is an empty ring without a time (MSG-39). */
export function Ladder({ recipient }: { recipient: Recipient }) {
  return (
    <ol className={classes.ladder} aria-label="How far it came">
      {ladder(recipient).map(({ rung, word, means, at }) => (
        <li key={rung} className={classes.rung} data-reached={at !== null || undefined}>
          <span className={classes.lamp}>
            <Lamp tone={at ? "green" : "grey"} shape={at ? "check" : "ring"} />
          </span>
          <span className={classes.word} data-hint={`${word}: ${means}`}>
            {word}
          </span>
          <span className={classes.time}>
            {at ? (
              <Time at={at} />
            ) : (
              <>
                <span aria-hidden="true">–</span>
                <VisuallyHidden>not reached</VisuallyHidden>
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
