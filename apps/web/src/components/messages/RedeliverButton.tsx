"use client";

import { type ButtonProps, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { problemOf } from "../../lib/problem.ts";
import type { Redelivery } from "../../lib/redelivery.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ActButton } from "../parts/ActButton.tsx";

interface Props extends Redelivery {
  label?: string;
  size?: ButtonProps["size"];
}

/** Lets held messages go on, or gives an undelivered one a new try; says what the relay refused (MSG-58, MSG-61). */
export function RedeliverButton({ word, label = word, messageId, agentIds, refusal, size }: Props) {
  const call = useMutation(useTRPC().messages.redeliver.mutationOptions());
  const problem = call.error ? problemOf(call.error) : null;
  return (
    <>
      <ActButton
        needs="message:send"
        refusal={refusal}
        variant="default"
        size={size}
        loading={call.isPending}
        onClick={() => call.mutate({ messageId, agentIds })}
      >
        {label}
      </ActButton>
      {problem ? (
        <Text size="xs" c="var(--sb-red)" role="alert" maw={320}>
          {problem.message}. {problem.next}
        </Text>
      ) : null}
    </>
  );
}
