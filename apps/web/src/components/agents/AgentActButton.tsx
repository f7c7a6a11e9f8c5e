"use client";

import { type ButtonProps, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { type AgentAct, agentActs } from "../../lib/agent-acts.ts";
import { useTRPCClient } from "../../trpc/context.ts";
import { ActButton } from "../parts/ActButton.tsx";

const ConfirmDialog = dynamic(() => import("../parts/ConfirmDialog.tsx").then((module) => module.ConfirmDialog), {
  ssr: false,
});

interface Props {
  act: AgentAct;
  agentId: string;
  name: string;
  /** It is in the middle of a turn. */
  busy?: boolean;
  /** Why it cannot be done now. */
  refusal?: string | null;
  size?: ButtonProps["size"];
  /** Hears that the relay has taken it, or why not. */
  onAsked?: (act: AgentAct, error: unknown) => void;
}

/** One act on one agent; what ends something asks first (CON-61). */
export function AgentActButton({ act, agentId, name, busy, refusal, size, onAsked }: Props) {
  const [opened, { open, close }] = useDisclosure();
  const client = useTRPCClient();
  const { label, needs, asks } = agentActs[act];
  const call = useMutation({
    mutationFn: async () => {
      await client.agents[act].mutate({ agentId });
    },
    onSuccess() {
      close();
      onAsked?.(act, null);
    },
    onError: (error) => (asks ? undefined : onAsked?.(act, error)),
  });
  const openAfresh = () => {
    call.reset();
    open();
  };
  return (
    <>
      <ActButton
        needs={needs}
        refusal={refusal}
        variant="default"
        size={size}
        loading={call.isPending}
        onClick={asks ? openAfresh : () => call.mutate()}
      >
        {label}
      </ActButton>
      {opened ? (
        <ConfirmDialog
          title={`${label} ${name}?`}
          action={label}
          pending={call.isPending}
          error={call.error}
          onConfirm={() => call.mutate()}
          onClose={close}
        >
          <Text size="sm">
            {busy ? "It is in the middle of a turn, which ends. " : ""}
            {asks}
          </Text>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
