"use client";

import { Text } from "@mantine/core";
import { kindInWords, outcomeOf, subjectsOf } from "../../lib/activity.ts";
import type { ActivityRecord } from "../../lib/types.ts";
import { State } from "../parts/Lamp.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import { Time } from "../parts/Time.tsx";
import classes from "./Activity.module.css";
import { Actor } from "./Actor.tsx";
import { SubjectLink } from "./SubjectLink.tsx";

const columns: readonly Column[] = [
  { label: "When" },
  { label: "Kind", from: "lg" },
  { label: "What" },
  { label: "Who", from: "sm" },
  { label: "Subject", from: "md" },
  { label: "Outcome", from: "sm" },
];

/** Records with time, actor, on whose behalf, what happened, to what, and what came of it (CON-47). */
export function ActivityTable({ items }: { items: readonly ActivityRecord[] }) {
  return (
    <Table columns={columns}>
      {items.map((item) => (
        <Row key={item.id} item={item} />
      ))}
    </Table>
  );
}

function Row({ item }: { item: ActivityRecord }) {
  const subjects = subjectsOf(item);
  const outcome = <State signal={outcomeOf(item)} />;
  const links = subjects.map((subject) => <SubjectLink key={subject.type} subject={subject} />);
  return (
    <tr>
      <td className={classes.when}>
        <Time at={item.at} />
      </td>
      <td data-from="lg" className={classes.kind}>
        {kindInWords(item.kind)}
      </td>
      <td className={classes.what}>
        {item.title}
        <Text size="xs" c="dimmed" component="div" hiddenFrom="lg" className={classes.folded}>
          <span className={classes.phone}>{outcome}</span>
          {kindInWords(item.kind)}
        </Text>
        {item.body ? (
          <Text size="xs" c="dimmed" component="div" lineClamp={2}>
            {item.body}
          </Text>
        ) : null}
        <Text size="xs" component="div" hiddenFrom="sm" className={classes.folded}>
          <Actor item={item} />
          {links}
        </Text>
      </td>
      <td data-from="sm" className={classes.who}>
        <Actor item={item} />
      </td>
      <td data-from="md" className={classes.subject}>
        {links.length > 0 ? <div className={classes.subjects}>{links}</div> : "–"}
      </td>
      <td data-from="sm" className={classes.outcome}>
        {outcome}
      </td>
    </tr>
  );
}
