"use client";

import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { problemOf } from "../lib/problem.ts";
import { useTRPC } from "../trpc/context.ts";

interface Props {
  agentId: string;
  name: string;
  busy?: boolean;
  onClose: () => void;
}

/** Says what ends and what is kept; the server's refusal is shown in place (CON-61). */
export function ShutdownDialog({ agentId, name, busy, onClose }: Props) {
  const shutdown = useMutation(useTRPC().agents.shutdown.mutationOptions({ onSuccess: onClose }));
  const refused = shutdown.isError ? problemOf(shutdown.error) : null;
  return (
    <Modal opened onClose={onClose} title={`Shut down ${name}?`} centered>
      <Text size="sm">
        {busy ? "It is in the middle of a turn, which ends. " : ""}Its session ends. Its worktree with every commit and
        file, its log and its messages are kept.
      </Text>
      {refused ? (
        <Alert color="red" variant="light" mt="md" title={refused.message} role="alert">
          {refused.next}
        </Alert>
      ) : null}
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" size="sm" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button color="red" size="sm" loading={shutdown.isPending} onClick={() => shutdown.mutate({ agentId })}>
          Shut down
        </Button>
      </Group>
    </Modal>
  );
}
