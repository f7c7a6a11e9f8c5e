"use client";

import { Code, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { groupDenials, missingScopes } from "../../lib/denials.ts";
import { reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Empty } from "../parts/Empty.tsx";
import { ActorLink } from "../parts/Links.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import { Time } from "../parts/Time.tsx";
import classes from "./Security.module.css";

const columns: readonly Column[] = [
  { label: "Call" },
  { label: "Caller", from: "xs" },
  { label: "Missing", from: "sm" },
  { label: "Times", right: true },
  { label: "Last", right: true },
];

/** What was refused lately, to whom and for want of what (CON-49, IDN-56). */
export function Denials() {
  const read = useQuery(reads.denials(useTRPC()));
  return (
    <>
      <Panel flush>
        <Part read={read} rows={6}>
          {({ items }) => <DenialTable records={items} />}
        </Part>
      </Panel>
      {read.data?.nextCursor ? (
        <Text size="xs" c="dimmed" mt="sm">
          Counted over the latest {read.data.items.length} records; the activity has the older ones.
        </Text>
      ) : null}
    </>
  );
}

function DenialTable({ records }: { records: Parameters<typeof groupDenials>[0] }) {
  const rows = groupDenials(records);
  if (rows.length === 0) {
    return (
      <Empty title="Nothing was refused">
        A call without a valid token, or beyond what its token allows, is shown here with the reason.
      </Empty>
    );
  }
  return (
    <Table columns={columns}>
      {rows.map(({ key, procedure, caller, why, code, count, lastAt }) => {
        const who = <ActorLink name={caller} />;
        return (
          <tr key={key}>
            <td className={classes.call}>
              <span className={classes.id}>{procedure}</span>
              <Text size="xs" c="dimmed" component="div" hiddenFrom="xs">
                by {who}
              </Text>
              <Text size="xs" c="dimmed" component="div" hiddenFrom="sm">
                <Missing why={why} />
              </Text>
            </td>
            <td data-from="xs" className={classes.by}>
              {who}
              <Text size="xs" c="dimmed">
                {code === "Unauthenticated" ? "no valid credential" : null}
              </Text>
            </td>
            <td data-from="sm" className={classes.why}>
              <Missing why={why} />
            </td>
            <td data-right>{count}</td>
            <td data-right>
              <Time at={lastAt} />
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

/** The scopes that were missing, else the refusal as the caller was told. */
function Missing({ why }: { why: string }) {
  const scopes = missingScopes(why);
  if (!scopes) return why;
  return scopes.map((scope, at) => (
    <span key={scope}>
      {at > 0 ? " or " : null}
      <Code>{scope}</Code>
    </span>
  ));
}
