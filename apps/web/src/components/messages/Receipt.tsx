"use client";

import { Button, Text } from "@mantine/core";
import { useState } from "react";
import { nameOf, recipientSignal, stuckSince, whyInWords } from "../../lib/message-words.ts";
import { redeliveryOf, redeliveryToAll } from "../../lib/redelivery.ts";
import { fromNow } from "../../lib/time.ts";
import type { Message, Recipient } from "../../lib/types.ts";
import { count } from "../../lib/words.ts";
import { State } from "../parts/Lamp.tsx";
import { AgentLink } from "../parts/Links.tsx";
import { useNow } from "../parts/Now.tsx";
import { Time } from "../parts/Time.tsx";
import { Ladder } from "./Ladder.tsx";
import classes from "./Receipt.module.css";
import { RedeliverButton } from "./RedeliverButton.tsx";

/** Recipients shown before the rest is asked for. */
const atFirst = 5;
const order: readonly Recipient["state"][] = ["held", "undeliverable", "waiting", "delivered"];

/** What became of a message, recipient by recipient; who needs a person comes first (CON-44, MSG-41). */
export function Receipt({ message }: { message: Message }) {
  const [all, setAll] = useState(false);
  const { recipients, reason } = message.receipt;
  if (recipients.length === 0) {
    return (
      <Text size="sm" c="dimmed" className={classes.receipt}>
        {reason === "sender_is_no_agent"
          ? "To people: it is shown here and goes into no session."
          : "Nobody matched when it was sent, so nobody got it."}
      </Text>
    );
  }
  const sorted = recipients.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const shown = all ? sorted : sorted.slice(0, atFirst);
  const toAll = redeliveryToAll(message);
  return (
    <div className={classes.receipt}>
      {toAll ? (
        <div className={classes.all}>
          <RedeliverButton {...toAll} />
        </div>
      ) : null}
      <ul className={classes.recipients} aria-label={`Recipients of message ${message.id}`}>
        {shown.map((recipient) => (
          <Row key={recipient.agentId} messageId={message.id} recipient={recipient} />
        ))}
      </ul>
      {shown.length < sorted.length ? (
        <Button variant="subtle" mt={8} onClick={() => setAll(true)}>
          Show all {count(sorted.length, "recipient")}
        </Button>
      ) : null}
    </div>
  );
}

function Row({ messageId, recipient }: { messageId: number; recipient: Recipient }) {
  const { agentId, state, deadlineAt } = recipient;
  const why = whyInWords(recipient);
  const now = useNow();
  const redelivery = redeliveryOf(messageId, [recipient]);
  return (
    <li className={classes.recipient}>
      <div className={classes.head}>
        <AgentLink id={agentId} name={nameOf(recipient)} />
        <State signal={recipientSignal(recipient)}>{why ?? undefined}</State>
        {state === "waiting" && deadlineAt ? (
          <Text size="xs" c="dimmed" data-hint="Then it counts as not delivered">
            deadline {fromNow(deadlineAt, now)}
          </Text>
        ) : null}
        {state === "held" || state === "undeliverable" ? (
          <Text size="xs" c="dimmed" component="span">
            since <Time at={stuckSince(recipient)} />
          </Text>
        ) : null}
        {redelivery ? <RedeliverButton {...redelivery} size="compact-xs" /> : null}
      </div>
      <Ladder recipient={recipient} />
    </li>
  );
}
