"use client";

import { Button, Group, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { contentOf, refusedField, sentBefore, wasSentBefore } from "../../lib/compose.ts";
import { problemOf } from "../../lib/problem.ts";
import type { Message } from "../../lib/types.ts";
import { useRefusal, useSession } from "../../lib/use-session.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Panel } from "../parts/Panel.tsx";
import { Refused } from "../parts/Refused.tsx";
import { UrgentFields } from "./UrgentFields.tsx";

interface Props {
  /** The message that is answered; the answer goes to the agent that wrote it (MSG-63). */
  parent: Message;
  /** Rises each time that somebody asks to reply: the field then takes the focus. */
  asked: number;
  /** Something is being written: from now on it is for this parent. */
  onBegin: () => void;
  /** It was sent, and the box is empty again. */
  onSent: () => void;
}

const nothing = { body: "", urgent: false, steer: false };

/** Answers one message of the thread. Pressing twice sends once; what was refused stays to be changed (CON-45, MSG-36). */
export function ReplyBox({ parent, asked, onBegin, onSent }: Props) {
  const [values, setValues] = useState(nothing);
  const [missing, setMissing] = useState(false);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const field = useRef<HTMLTextAreaElement>(null);
  const session = useSession();
  const refusal = useRefusal("message:send");
  const renew = () => setKey(crypto.randomUUID());
  const change = (changes: Partial<typeof nothing>) => {
    setValues({ ...values, ...changes });
    onBegin();
  };
  const call = useMutation(
    useTRPC().messages.reply.mutationOptions({
      onSuccess() {
        setValues(nothing);
        renew();
        onSent();
      },
      onError: (error) => wasSentBefore(problemOf(error)) && renew(),
    }),
  );
  useEffect(() => {
    if (asked > 0) field.current?.focus();
  }, [asked]);
  const problem = call.error ? problemOf(call.error) : null;
  const named = refusedField(problem) === "body" ? problem : null;
  const send = (event: FormEvent) => {
    event.preventDefault();
    setMissing(values.body.trim() === "");
    if (values.body.trim() === "" || call.isPending) return;
    const content = contentOf(values, { from: session?.actor ?? "", idempotencyKey: key });
    call.mutate({ messageId: parent.id, ...content });
  };
  return (
    <Panel title={`Reply to ${parent.from.name}`} aside={<span>answers message {parent.id}</span>}>
      <form onSubmit={send} noValidate>
        <Textarea
          ref={field}
          label="Message"
          autosize
          minRows={3}
          maxRows={14}
          value={values.body}
          error={named?.message ?? (missing ? "Write something" : null)}
          disabled={refusal !== null}
          description={refusal}
          onChange={(event) => {
            change({ body: event.currentTarget.value });
            setMissing(false);
          }}
        />
        <Group justify="space-between" align="flex-start" mt="sm" gap="sm">
          <UrgentFields {...values} change={change} />
          <Button type="submit" size="sm" loading={call.isPending} disabled={refusal !== null}>
            Send reply
          </Button>
        </Group>
        {problem && !named ? (
          <Group mt="sm">
            <Refused problem={wasSentBefore(problem) ? sentBefore(problem) : problem} />
          </Group>
        ) : null}
      </form>
    </Panel>
  );
}
