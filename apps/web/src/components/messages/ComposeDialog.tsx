"use client";

import { Modal } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMediaQuery } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { messageHref } from "../../lib/attention-messages.ts";
import {
  type ComposeValues,
  emptyMessage,
  refusedField,
  sentBefore,
  toSend,
  wasSentBefore,
} from "../../lib/compose.ts";
import { problemOf } from "../../lib/problem.ts";
import { useSession } from "../../lib/use-session.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ComposeForm } from "./ComposeForm.tsx";

/** Writes a message and then leads to its thread, where it is seen how far it comes (CON-45). */
export function ComposeDialog({ to, onClose }: { to: string; onClose: () => void }) {
  const narrow = useMediaQuery("(max-width: 48em)");
  const router = useRouter();
  const from = useSession()?.actor ?? "";
  const [key, setKey] = useState(() => crypto.randomUUID());
  const form = useForm<ComposeValues>({
    initialValues: emptyMessage(to),
    validate: {
      to: (value) => (value.trim() ? null : "To whom?"),
      body: (value) => (value.trim() ? null : "Write something"),
    },
  });
  const send = useMutation(
    useTRPC().messages.send.mutationOptions({
      onSuccess: ({ messageId }) => router.push(messageHref(messageId)),
      onError(error) {
        const problem = problemOf(error);
        const field = refusedField(problem);
        if (field) form.setFieldError(field, problem.message);
        if (wasSentBefore(problem)) setKey(crypto.randomUUID());
      },
    }),
  );
  const problem = send.error ? problemOf(send.error) : null;
  const general = problem && !refusedField(problem) ? problem : null;
  return (
    <Modal opened onClose={onClose} title="Write a message" size={640} fullScreen={narrow} closeOnClickOutside={false}>
      <ComposeForm
        form={form}
        from={from}
        busy={send.isPending || send.isSuccess}
        refused={general && wasSentBefore(general) ? sentBefore(general) : general}
        onSubmit={(values) => send.mutate(toSend(values, { from, idempotencyKey: key }))}
        onCancel={onClose}
      />
    </Modal>
  );
}
