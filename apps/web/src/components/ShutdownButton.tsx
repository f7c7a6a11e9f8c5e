"use client";

import { Alert, type ButtonProps, Button, Group, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { problemOf } from "../lib/problem.ts";
import { useTRPC } from "../trpc/context.ts";
import { ActButton } from "./ActButton.tsx";

interface Props {
  agentId: string;
  name: string;
  /** It is in the middle of a turn. */
  busy?: boolean;
  size?: ButtonProps["size"];
}

/** Asks before it ends an agent, and says what is kept (CON-61). */
export function ShutdownButton({ agentId, name, busy, size }: Props) {
  const [opened, { open, close }] = useDisclosure();
  const shutdown = useMutation(useTRPC().agents.shutdown.mutationOptions({ onSuccess: close }));
  const refused = shutdown.isError ? problemOf(shutdown.error) : null;
  return (
    <>
      <ActButton needs="command:shutdown" variant="default" size={size} onClick={open}>
        Shut down
      </ActButton>
      <Modal opened={opened} onClose={close} title={`Shut down ${name}?`} centered>
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
          <Button variant="default" size="sm" onClick={close} data-autofocus>
            Cancel
          </Button>
          <Button color="red" size="sm" loading={shutdown.isPending} onClick={() => shutdown.mutate({ agentId })}>
            Shut down
          </Button>
        </Group>
      </Modal>
    </>
  );
}
