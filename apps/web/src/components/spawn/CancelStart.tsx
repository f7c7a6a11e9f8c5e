"use client";

import { Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { problemOf } from "../../lib/problem.ts";
import type { Command } from "../../lib/types.ts";
import { useTRPCClient } from "../../trpc/context.ts";
import { ActButton } from "../parts/ActButton.tsx";
import { Time } from "../parts/Time.tsx";

const ConfirmDialog = dynamic(() => import("../parts/ConfirmDialog.tsx").then((module) => module.ConfirmDialog), {
  ssr: false,
});

const open: readonly Command["state"][] = ["pending", "delivered", "running"];

/**
 * Takes a start back that is not over yet, and says since when that is asked for: the host may still be at it (HST-35).
 * A start that is cancelled leaves nothing, and can be made again; a restart ends an agent and so asks first.
 */
export function CancelStart({ command, name }: { command: Command; name: string }) {
  const client = useTRPCClient();
  const [asking, { open: ask, close }] = useDisclosure();
  const call = useMutation({
    mutationFn: () => client.commands.cancel.mutate({ commandId: command.id }),
    onSuccess: close,
  });
  if (!open.includes(command.state)) return null;
  const { cancelRequestedAt, cancelRequestedBy } = command;
  if (cancelRequestedAt) {
    return (
      <Text size="sm" c="dimmed" mt="sm" component="div" role="status">
        Cancelling, asked by {cancelRequestedBy} <Time at={cancelRequestedAt} />
        {command.state === "delivered" ? "; its host has not begun" : null}
      </Text>
    );
  }
  const restart = command.type === "agent.restart";
  const refused = !asking && call.error ? problemOf(call.error) : null;
  return (
    <Group mt="sm" gap="sm">
      <ActButton
        needs="command:write"
        variant="default"
        size="compact-sm"
        loading={call.isPending}
        onClick={restart ? ask : () => call.mutate()}
      >
        {restart ? "Cancel restart" : "Cancel start"}
      </ActButton>
      {refused ? (
        <Text size="sm" c="red" role="alert">
          {refused.message}. {refused.next}
        </Text>
      ) : null}
      {asking ? (
        <ConfirmDialog
          title={`Cancel the restart of ${name}?`}
          action="Cancel restart"
          pending={call.isPending}
          error={call.error}
          onConfirm={() => call.mutate()}
          onClose={close}
        >
          <Text size="sm">
            The agent ends, also its earlier session if that is still there. Its worktree with every commit and file,
            its log and its messages are kept.
          </Text>
        </ConfirmDialog>
      ) : null}
    </Group>
  );
}
