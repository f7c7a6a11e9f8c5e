"use client";

import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { CreatedToken } from "../../lib/types.ts";
import { AgentLink } from "../parts/Links.tsx";

/** The text of a new token, this once. */
export function TokenText({ created: { token, text }, onDone }: { created: CreatedToken; onDone: () => void }) {
  const { copied, copy, error } = useClipboard({ timeout: 4_000 });
  const [agent] = token.profile === "interactive" ? (token.constraints.agents ?? []) : [];
  return (
    <Stack gap="md">
      <Text size="sm" component="div">
        This is the text of <b>{token.name}</b>. It cannot be shown again: when this dialog is closed, it is gone from
        here, and the relay keeps only its hash.
        {agent ? (
          <>
            {" "}
            The token speaks as agent <AgentLink id={agent} />.
          </>
        ) : null}
      </Text>
      <Textarea
        label="Token"
        readOnly
        autosize
        value={text}
        spellCheck={false}
        data-autofocus
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", overflowWrap: "anywhere" } }}
      />
      <Group justify="flex-end" gap="sm">
        {error ? (
          <Text size="xs" c="dimmed" role="status">
            The browser does not allow copying here; select the text and copy it
          </Text>
        ) : null}
        <Button
          variant="default"
          size="sm"
          leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
          onClick={() => copy(text)}
        >
          {copied ? "Copied" : "Copy"}
        </Button>
        <Button size="sm" onClick={onDone}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}
