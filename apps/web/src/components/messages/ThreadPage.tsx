"use client";

import { Text } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { messageHref } from "../../lib/attention-messages.ts";
import { targetName, titleOf } from "../../lib/message-words.ts";
import { isUnknown } from "../../lib/problem.ts";
import { reads } from "../../lib/reads.ts";
import { answerable } from "../../lib/threads.ts";
import type { Message } from "../../lib/types.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useCompose } from "../../lib/use-compose.ts";
import { useRefusal } from "../../lib/use-session.ts";
import { count } from "../../lib/words.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ActButton } from "../parts/ActButton.tsx";
import layout from "../parts/Layout.module.css";
import { Needs } from "../parts/Needs.tsx";
import { PageHead } from "../parts/PageHead.tsx";
import { Pager } from "../parts/Pager.tsx";
import { Part } from "../parts/Part.tsx";
import { UnknownThing } from "../parts/UnknownThing.tsx";
import { MessageCard } from "./MessageCard.tsx";
import { ReplyBox } from "./ReplyBox.tsx";

interface Props {
  /** Any message of the thread. */
  messageId: number;
}

/** A thread in order, each message with how far it came, and a box to answer in (CON-44). */
export function ThreadPage({ messageId }: Props) {
  const [after, setAfter] = useAddress("after");
  const refusal = useRefusal("message:read");
  // What is being written below stays while another page of the thread is read.
  const read = useQuery({
    ...reads.thread(useTRPC(), messageId, after),
    placeholderData: keepPreviousData,
    enabled: !refusal,
  });
  const { messages, nextCursor } = read.data ?? {};
  // Only on arrival: whoever then goes to the start wants to be there.
  const [seek, setSeek] = useState(after === "");
  const further = !after && nextCursor && !messages?.some(({ id }) => id === messageId);
  useEffect(() => {
    if (!seek || !messages) return;
    setSeek(false);
    // The message that is asked for stands on a later page: begin with it.
    if (further) setAfter(String(messageId - 1), "replace");
  }, [seek, messages, further, messageId, setAfter]);
  const turn = (cursor: string) => {
    setAfter(cursor);
    window.scrollTo({ top: 0 });
  };
  if (isUnknown(read.error)) return <UnknownThing what="message" list="/messages" listName="All messages" />;
  return (
    <Needs scope="message:read" what="messages">
      <Part read={read} rows={8}>
        {({ messages, nextCursor }) => (
          <>
            <Thread messages={messages} asked={messageId} whole={!after && !nextCursor} />
            <Pager after={after} next={nextCursor} go={turn} first="From the start" on="Newer messages" />
          </>
        )}
      </Part>
    </Needs>
  );
}

interface ThreadProps {
  messages: readonly Message[];
  /** The message that the address names. */
  asked: number;
  /** These are all of it. */
  whole: boolean;
}

function Thread({ messages, asked, whole }: ThreadProps) {
  const [reply, setReply] = useState<{ to: Message | null; times: number }>({ to: null, times: 0 });
  const { open } = useCompose();
  const first = messages[0];
  const inside = first && first.id !== asked;
  useEffect(() => {
    if (inside) document.getElementById(`message-${asked}`)?.scrollIntoView();
  }, [inside, asked]);
  const parent = reply.to ?? answerable(messages);
  const parentOf = ({ replyTo }: Message) => {
    if (replyTo === null) return null;
    return messages.some(({ id }) => id === replyTo) ? `#message-${replyTo}` : messageHref(replyTo);
  };
  const canAnswer = ({ from }: Message) => from.kind === "agent";
  return (
    <>
      <PageHead
        title={first ? titleOf(first) : "Thread"}
        about={`Thread ${first?.threadId ?? asked} · ${count(messages.length, "message")}${whole ? "" : " on this page"}`}
      />
      <div className={layout.column}>
        {messages.map((message) => (
          <MessageCard
            key={message.id}
            message={message}
            asked={message.id === asked && asked !== message.threadId}
            parentHref={parentOf(message)}
            onReply={canAnswer(message) ? () => setReply({ to: message, times: reply.times + 1 }) : null}
          />
        ))}
        {parent ? (
          <ReplyBox
            parent={parent}
            asked={reply.times}
            onBegin={() => setReply({ ...reply, to: parent })}
            onSent={() => setReply((was) => ({ ...was, to: null }))}
          />
        ) : (
          <div>
            <Text size="sm" c="dimmed" mb={8}>
              No agent wrote what is shown here, so there is nothing to reply to.
            </Text>
            {first ? (
              <ActButton
                needs="message:send"
                variant="default"
                leftSection={<IconPencil size={14} />}
                onClick={() => open(first.to)}
              >
                Write to {targetName(first)} again
              </ActButton>
            ) : null}
          </div>
        )}
      </div>
    </>
  );
}
