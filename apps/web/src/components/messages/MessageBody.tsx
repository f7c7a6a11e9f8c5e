"use client";

import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { folded } from "../../lib/folding.ts";
import { problemOf } from "../../lib/problem.ts";
import type { Message } from "../../lib/types.ts";
import { useTRPCClient } from "../../trpc/context.ts";
import classes from "./MessageCard.module.css";

/** What was written, as plain text with its whitespace; long texts are folded, and read to the end when opened (CON-46). */
export function MessageBody({ id, body, nextOffset }: Pick<Message, "id" | "body" | "nextOffset">) {
  const [opened, setOpened] = useState(false);
  const client = useTRPCClient();
  const cut = nextOffset !== undefined;
  const rest = useQuery({
    queryKey: ["the rest of a body", id, nextOffset],
    enabled: opened && cut,
    async queryFn() {
      let text = "";
      for (let offset: number | null = nextOffset ?? null; offset !== null; ) {
        const part: { body: string; nextOffset: number | null } = await client.messages.get.query({
          messageId: id,
          offset,
        });
        text += part.body;
        offset = part.nextOffset;
      }
      return text;
    },
  });
  const first = folded(body);
  const shown = first === null || opened ? `${body}${(opened && rest.data) || ""}` : `${first} …`;
  return (
    <>
      <div className={classes.body}>{shown}</div>
      {first === null ? null : (
        <Button
          variant="subtle"
          size="compact-xs"
          className={classes.fold}
          aria-expanded={opened}
          loading={rest.isLoading}
          onClick={() => setOpened(!opened)}
        >
          {opened ? "Fold" : cut ? "Show all of it" : `Show all ${body.length.toLocaleString("en")} characters`}
        </Button>
      )}
      {rest.error ? (
        <Text size="xs" c="var(--sb-red)" role="alert">
          The rest could not be read: {problemOf(rest.error).message}
        </Text>
      ) : null}
    </>
  );
}
