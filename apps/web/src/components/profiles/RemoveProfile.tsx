"use client";

import { Alert, Button, Group, Modal, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { problemOf } from "../../lib/problem.ts";
import type { AgentProfile } from "../../lib/types.ts";
import { useDialog } from "../../lib/use-dialog.ts";
import { count } from "../../lib/words.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ActButton } from "../ActButton.tsx";

/** Asks before a profile goes: who uses it, and that live agents keep what they have (CON-61). */
export function RemoveProfile({ profile }: { profile: AgentProfile }) {
  const { opened, open, close } = useDialog("remove");
  return (
    <>
      <ActButton needs="profile:write" variant="default" onClick={open}>
        Remove
      </ActButton>
      {opened ? <RemoveDialog profile={profile} onClose={close} /> : null}
    </>
  );
}

function RemoveDialog({ profile: { name, liveAgents }, onClose }: { profile: AgentProfile; onClose: () => void }) {
  const router = useRouter();
  const remove = useMutation(useTRPC().profiles.remove.mutationOptions({ onSuccess: () => router.push("/profiles") }));
  const refused = remove.isError ? problemOf(remove.error) : null;
  return (
    <Modal opened onClose={onClose} title={`Remove profile ${name}?`} centered>
      <Text size="sm">
        {liveAgents === 0
          ? "No live agent was started with it."
          : `${count(liveAgents, "live agent")} ${liveAgents === 1 ? "was" : "were"} started with it and ${liveAgents === 1 ? "keeps" : "keep"} what ${liveAgents === 1 ? "it was" : "they were"} started with: instructions, program and rights.`}
      </Text>
      <Text size="sm" mt="xs">
        From now on, starting an agent with it is refused. What it held is not kept.
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
        <Button
          color="red"
          size="sm"
          loading={remove.isPending || remove.isSuccess}
          onClick={() => remove.mutate({ name })}
        >
          Remove
        </Button>
      </Group>
    </Modal>
  );
}
