"use client";

import { Code, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { constraintsInWords } from "../../lib/constraint-words.ts";
import { reads } from "../../lib/reads.ts";
import { tokenProfileWords } from "../../lib/token-words.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import { type Column, Table } from "../parts/Table.tsx";
import classes from "./Security.module.css";

const columns: readonly Column[] = [{ label: "Token profile" }, { label: "Scopes", from: "sm" }];

/** The seven templates: whom each is for and what a token made with it gets (IDN-16). */
export function TokenProfiles() {
  const read = useQuery(reads.tokenProfiles(useTRPC()));
  return (
    <Panel flush>
      <Part read={read} rows={7}>
        {({ items }) => (
          <Table columns={columns}>
            {items.map(({ profile, scopes, constraints }) => {
              const codes = (
                <div className={classes.codes}>
                  {scopes.map((scope) => (
                    <Code key={scope}>{scope}</Code>
                  ))}
                </div>
              );
              return (
                <tr key={profile}>
                  <td className={classes.template}>
                    <Text size="sm" fw={500}>
                      {profile}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {[tokenProfileWords[profile], ...constraintsInWords(constraints)].join(". ")}
                    </Text>
                    <div className={classes.narrow}>{codes}</div>
                  </td>
                  <td data-from="sm">{codes}</td>
                </tr>
              );
            })}
          </Table>
        )}
      </Part>
    </Panel>
  );
}
