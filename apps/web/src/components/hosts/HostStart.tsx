"use client";

import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { startCommand } from "../../lib/host-words.ts";
import { reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import { State } from "../parts/Lamp.tsx";
import { HostLink } from "../parts/Links.tsx";

interface Props {
  id: string;
  baseDir: string;
  token: string;
  onDone: () => void;
}

/** The command that starts the host, this once, and whether it has registered since (CON-37). */
export function HostStart({ id, baseDir, token, onDone }: Props) {
  const { copied, copy, error } = useClipboard({ timeout: 4_000 });
  const [asked] = useState(() => Date.now());
  const host = useQuery(reads.hosts(useTRPC())).data?.items.find((one) => one.id === id);
  const here = host?.state === "online" && Date.parse(host.registeredAt) >= asked - 60_000 && host;
  const command = startCommand({ relay: window.location.origin, token, id, baseDir });
  return (
    <Stack gap="md">
      <Text size="sm">
        Run this on that machine, in a clone of this version. It holds the token, which cannot be shown again.
      </Text>
      <Textarea
        label="Command"
        readOnly
        autosize
        value={command}
        spellCheck={false}
        data-autofocus
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", overflowWrap: "anywhere" } }}
      />
      <div aria-live="polite">
        <Text size="sm" component="div">
          {here ? (
            <State signal={{ word: "Registered", tone: "green", shape: "check" }}>
              <HostLink id={id} /> has registered
            </State>
          ) : (
            <State signal={{ word: "Waiting", tone: "grey", shape: "ring" }}>
              Waiting for {id}. Where it is refused, it says why on its terminal
            </State>
          )}
        </Text>
      </div>
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
          onClick={() => copy(command)}
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
