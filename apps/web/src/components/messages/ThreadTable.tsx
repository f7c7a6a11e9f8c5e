"use client";

import { Text } from "@mantine/core";
import Link from "next/link";
import { messageHref } from "../../lib/attention-messages.ts";
import { messageSignal, titleOf } from "../../lib/message-words.ts";
import type { Thread } from "../../lib/threads.ts";
import { State } from "../parts/Lamp.tsx";
import links from "../parts/Links.module.css";
import { type Column, Table } from "../parts/Table.tsx";
import { Time } from "../parts/Time.tsx";
import { Parties } from "./Parties.tsx";
import classes from "./ThreadTable.module.css";

const columns: readonly Column[] = [
  { label: "Message" },
  { label: "From and to", from: "sm" },
  { label: "State", from: "sm" },
  { label: "Channel", from: "lg" },
  { label: "When", right: true },
];

/** Threads by their newest message: what it is about, between whom, and how far it came (CON-44). */
export function ThreadTable({ threads }: { threads: readonly Thread[] }) {
  return (
    <Table columns={columns}>
      {threads.map((thread) => (
        <Row key={thread.threadId} thread={thread} />
      ))}
    </Table>
  );
}

function Row({ thread: { newest, messages, subject } }: { thread: Thread }) {
  const { id, channel, createdAt, body, priority } = newest;
  const state = <State signal={messageSignal(newest)} />;
  const parties = <Parties message={newest} />;
  const more = [
    messages > 1 ? `${messages} here` : "",
    priority === "urgent" ? "urgent" : "",
    subject ? titleOf({ subject: null, body }) : "",
  ];
  return (
    <tr>
      <td className={classes.what}>
        <Link href={messageHref(id)} className={links.link} data-row prefetch={false}>
          {titleOf({ subject, body })}
        </Link>
        <Text size="xs" c="dimmed" lineClamp={1}>
          {more.filter(Boolean).join(" · ")}
        </Text>
        <Text size="xs" component="div" hiddenFrom="sm" className={classes.folded}>
          {parties}
          {state}
        </Text>
      </td>
      <td data-from="sm" className={classes.who}>
        {parties}
      </td>
      <td data-from="sm" className={classes.state}>
        {state}
      </td>
      <td data-from="lg" className={classes.channel}>
        {channel ?? "–"}
      </td>
      <td data-right className={classes.when}>
        <Time at={createdAt} />
      </td>
    </tr>
  );
}
