"use client";

import { Alert, Button, Code, Group, Skeleton, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { problemOf } from "../../lib/problem.ts";

interface Read<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
  isFetching: boolean;
}

interface Props<T> {
  read: Read<T>;
  /** Rows that the skeleton has. */
  rows?: number;
  children: (data: T) => ReactNode;
}

/** A part of a page that was read: its shape while loading, what went wrong, or the data (CON-59). */
export function Part<T>({ read, rows = 3, children }: Props<T>) {
  if (read.data !== undefined) return children(read.data);
  if (read.error) return <ReadFailed error={read.error} again={read.refetch} busy={read.isFetching} />;
  return (
    <Stack gap={10} p="md" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a skeleton have no other name
        <Skeleton key={row} height={20} width={`${92 - (row % 3) * 14}%`} />
      ))}
    </Stack>
  );
}

/** A failed read: kind, message, what to do, the request id and Try again. */
function ReadFailed({ error, again, busy }: { error: unknown; again: () => unknown; busy: boolean }) {
  const { code, message, next, requestId } = problemOf(error);
  return (
    <Alert color="red" variant="light" title={message} m="md" role="alert">
      <Text size="sm">{next}</Text>
      <Group mt="sm" gap="sm">
        <Button variant="default" onClick={() => again()} loading={busy}>
          Try again
        </Button>
        <Text size="xs" c="dimmed">
          {code} · request <Code>{requestId}</Code>
        </Text>
      </Group>
    </Alert>
  );
}
