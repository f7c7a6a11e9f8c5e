"use client";

import { Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { AgentProfile } from "../../lib/types.ts";
import { useDialog } from "../../lib/use-dialog.ts";
import { count } from "../../lib/words.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ActButton } from "../parts/ActButton.tsx";
import { ConfirmDialog } from "../parts/ConfirmDialog.tsx";

interface Props {
  profile: AgentProfile;
  /** Hears that the profile is being removed, or that it stays. */
  onRemoving: ((removing: boolean) => void) | undefined;
}

/** Asks before a profile goes: who uses it, and that live agents keep what they have (CON-61). */
export function RemoveProfile({ profile, onRemoving }: Props) {
  const { opened, open, close } = useDialog("remove");
  return (
    <>
      <ActButton needs="profile:write" variant="default" onClick={open}>
        Remove
      </ActButton>
      {opened ? <RemoveDialog profile={profile} onRemoving={onRemoving} onClose={close} /> : null}
    </>
  );
}

function RemoveDialog({ profile: { name, liveAgents }, onRemoving, onClose }: Props & { onClose: () => void }) {
  const router = useRouter();
  const remove = useMutation(
    useTRPC().profiles.remove.mutationOptions({
      onMutate: () => onRemoving?.(true),
      onError: () => onRemoving?.(false),
      onSuccess: () => router.push("/profiles"),
    }),
  );
  return (
    <ConfirmDialog
      title={`Remove profile ${name}?`}
      action="Remove"
      pending={remove.isPending || remove.isSuccess}
      error={remove.error}
      onConfirm={() => remove.mutate({ name })}
      onClose={onClose}
    >
      <Text size="sm">
        {liveAgents === 0
          ? "No live agent was started with it."
          : `${count(liveAgents, "live agent")} ${liveAgents === 1 ? "was" : "were"} started with it and ${liveAgents === 1 ? "keeps" : "keep"} what ${liveAgents === 1 ? "it was" : "they were"} started with: instructions, program and rights.`}
      </Text>
      <Text size="sm" mt="xs">
        From now on, starting an agent with it is refused. What it held is not kept.
      </Text>
    </ConfirmDialog>
  );
}
