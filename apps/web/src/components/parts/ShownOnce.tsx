"use client";

import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface Props {
  /** What it is and that it cannot be shown again. */
  about: ReactNode;
  label: string;
  text: string;
  /** What is known since, between the text and the buttons. */
  children?: ReactNode;
  onDone: () => void;
}

/** A secret that only now can be shown, to be copied (CON-49). */
export function ShownOnce({ about, label, text, children, onDone }: Props) {
  const { copied, copy, error } = useClipboard({ timeout: 4_000 });
  return (
    <Stack gap="md">
      <Text size="sm" component="div">
        {about}
      </Text>
      <Textarea
        label={label}
        readOnly
        autosize
        value={text}
        spellCheck={false}
        data-autofocus
        onFocus={(event) => event.currentTarget.select()}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", overflowWrap: "anywhere" } }}
      />
      {children}
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
