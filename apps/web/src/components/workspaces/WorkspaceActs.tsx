"use client";

import { Group, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { canAbandon, canRestore, comesBackInWords, keepErrorInWords, renamedInWords } from "../../lib/kept-words.ts";
import { problemOf } from "../../lib/problem.ts";
import type { Workspace } from "../../lib/types.ts";
import { useTRPC, useTRPCClient } from "../../trpc/context.ts";
import { ActButton } from "../parts/ActButton.tsx";

const ConfirmDialog = dynamic(() => import("../parts/ConfirmDialog.tsx").then((module) => module.ConfirmDialog), {
  ssr: false,
});
const AbandonWords = dynamic(() => import("./AbandonWords.tsx").then((module) => module.AbandonWords), { ssr: false });

const labels = { abandon: "Abandon", restore: "Restore" } as const;
const underWay: readonly string[] = ["pending", "delivered", "running"];

/** Give a workspace up, or bring it back; each says first what becomes of the work (CON-35, CON-61). */
export function WorkspaceActs({ workspace }: { workspace: Workspace }) {
  const [asking, setAsking] = useState<keyof typeof labels | null>(null);
  const client = useTRPCClient();
  const trpc = useTRPC();
  const { id: workspaceId } = workspace;
  const call = useMutation({
    mutationFn: (act: keyof typeof labels) => client.workspaces[act].mutate({ workspaceId }),
    onSuccess: () => setAsking(null),
  });
  const commandId = call.data?.command?.id;
  const command = useQuery(
    trpc.commands.get.queryOptions({ commandId: commandId ?? "" }, { enabled: commandId !== undefined }),
  ).data;
  const act = canAbandon(workspace) ? "abandon" : canRestore(workspace) ? "restore" : null;
  const release = useMutation({ mutationFn: () => client.workspaces.release.mutate({ workspaceId }) });
  const busy = command !== undefined && underWay.includes(command.state);
  const problem = keepErrorInWords(workspace);
  const begin = () => {
    call.reset();
    setAsking(act);
  };
  return (
    <>
      {act ? (
        <Group mt="sm" gap="sm">
          <ActButton needs="agent:write" variant="default" size="xs" loading={busy} onClick={begin}>
            {labels[act]}
          </ActButton>
          {busy ? (
            <Text size="xs" c="dimmed" role="status">
              {command.type === "workspace.restore" ? "Its host is bringing it back." : "Its host is keeping the work."}
            </Text>
          ) : null}
        </Group>
      ) : null}
      {workspace.claim ? (
        <Group mt="sm" gap="sm">
          <ActButton
            needs="agent:write"
            variant="default"
            size="xs"
            loading={release.isPending}
            onClick={() => release.mutate()}
          >
            Release claim
          </ActButton>
          <Text size="xs" c="dimmed" role={release.error ? "alert" : undefined}>
            {release.error
              ? problemOf(release.error).message
              : `Landing passes it over; held by ${workspace.claim.holder}.`}
          </Text>
        </Group>
      ) : null}
      {problem ? (
        <Text size="sm" mt="sm" role="alert">
          {problem}
        </Text>
      ) : null}
      {renamedInWords(workspace).map((words) => (
        <Text key={words} size="sm" mt="xs">
          {words}.
        </Text>
      ))}
      {asking ? (
        <ConfirmDialog
          title={`${labels[asking]} ${workspace.branch ?? workspaceId}?`}
          action={labels[asking]}
          harmless={asking === "restore"}
          pending={call.isPending}
          error={call.error}
          onConfirm={() => call.mutate(asking)}
          onClose={() => setAsking(null)}
        >
          {asking === "abandon" ? (
            <AbandonWords workspace={workspace} />
          ) : (
            <Text size="sm">{comesBackInWords(workspace)}</Text>
          )}
        </ConfirmDialog>
      ) : null}
    </>
  );
}
