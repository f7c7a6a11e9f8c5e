"use client";

import { type ButtonProps, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { problemOf } from "../../lib/problem.ts";
import { callsOf, type Redelivery } from "../../lib/redelivery.ts";
import { useTRPCClient } from "../../trpc/context.ts";
import { ActButton } from "../parts/ActButton.tsx";

interface Props extends Redelivery {
  label?: string;
  size?: ButtonProps["size"];
}

/** Lets held messages go on, or gives undelivered ones a new try, in order; says what the relay refused (MSG-58). */
export function RedeliverButton({ word, label = word, stuck, refusal, size }: Props) {
  const client = useTRPCClient();
  const call = useMutation({
    async mutationFn() {
      const calls = callsOf(stuck);
      const refused: unknown[] = [];
      for (const input of calls) {
        await client.messages.redeliver.mutate(input).catch((error: unknown) => refused.push(error));
      }
      // Releasing one may have let the others go on by itself: only when nothing came of it was it in vain.
      const [first] = refused.filter((error) => refused.length === calls.length || !isConflict(error));
      if (first) throw first;
    },
  });
  const problem = call.error ? problemOf(call.error) : null;
  return (
    <>
      <ActButton
        needs="message:send"
        refusal={refusal}
        variant="default"
        size={size}
        loading={call.isPending}
        onClick={() => call.mutate()}
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

const isConflict = (error: unknown): boolean => problemOf(error).code === "Conflict";
