"use client";

import { Button, Text } from "@mantine/core";
import { IconCornerUpLeft } from "@tabler/icons-react";
import Link from "next/link";
import type { Message } from "../../lib/types.ts";
import { Time } from "../parts/Time.tsx";
import { MessageBody } from "./MessageBody.tsx";
import classes from "./MessageCard.module.css";
import { Parties } from "./Parties.tsx";
import { Receipt } from "./Receipt.tsx";

interface Props {
  message: Message;
  /** The one that the address names. */
  asked: boolean;
  /** Where the message is that it answers: on this page, or in its thread. */
  parentHref: string | null;
  /** Asks to reply to it; null where nobody would get the answer. */
  onReply: (() => void) | null;
}

/** One message: who wrote to whom, what, and how far it came. */
export function MessageCard({ message, asked, parentHref, onReply }: Props) {
  const { id, subject, body, nextOffset, createdAt, attachments, payload, replyTo } = message;
  return (
    <article id={`message-${id}`} aria-label={`Message ${id}`} className={classes.card} data-asked={asked || undefined}>
      <header className={classes.head}>
        <span className={classes.who}>
          <Parties message={message} />
        </span>
        <span className={classes.marks}>
          {marksOf(message).map((mark) => (
            <span key={mark} className={classes.mark}>
              {mark}
            </span>
          ))}
          {parentHref === null ? null : (
            <Link href={parentHref} prefetch={false}>
              answers {replyTo}
            </Link>
          )}
          <a href={`#message-${id}`} data-row className={classes.number}>
            #{id}
          </a>
          <Time at={createdAt} />
        </span>
      </header>
      <div className={classes.content}>
        {subject ? <Text fw={600}>{subject}</Text> : null}
        <MessageBody id={id} body={body} nextOffset={nextOffset} />
        {attachments.length > 0 ? (
          <Text size="xs" c="dimmed" mt={6}>
            Attached: {attachments.map(({ artifactId, name }) => name ?? artifactId).join(", ")}
          </Text>
        ) : null}
        {payload ? (
          <details className={classes.payload}>
            <summary>Data for programs</summary>
            <pre>{JSON.stringify(payload, null, 2)}</pre>
          </details>
        ) : null}
        {onReply ? (
          <Button
            variant="subtle"
            size="compact-xs"
            className={classes.fold}
            leftSection={<IconCornerUpLeft size={14} />}
            onClick={onReply}
          >
            Reply
          </Button>
        ) : null}
      </div>
      <Receipt message={message} />
    </article>
  );
}

function marksOf({ priority, delivery, channel, replyExpected }: Message): string[] {
  return [
    ...(priority === "urgent" ? ["urgent"] : []),
    ...(delivery === "steer" ? ["interrupts"] : []),
    ...(replyExpected ? [] : ["no reply expected"]),
    ...(channel ? [`in ${channel}`] : []),
  ];
}
