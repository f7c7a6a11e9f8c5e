"use client";

import { Modal } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMediaQuery } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { fieldOf, initialValues, type NewAgentValues, toSpawn } from "../../lib/new-agent.ts";
import { problemOf } from "../../lib/problem.ts";
import { reads } from "../../lib/reads.ts";
import type { Host } from "../../lib/types.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Part } from "../parts/Part.tsx";
import { NewAgentForm } from "./NewAgentForm.tsx";
import { SpawnProgress } from "./SpawnProgress.tsx";

/** Starts an agent and then shows how far the start is (CON-52 to CON-54). */
export function NewAgentDialog({ onClose }: { onClose: () => void }) {
  const read = useQuery(reads.hosts(useTRPC()));
  const narrow = useMediaQuery("(max-width: 48em)");
  return (
    <Modal opened onClose={onClose} title="New agent" size={720} fullScreen={narrow} closeOnClickOutside={false}>
      <Part read={read} rows={6}>
        {({ items }) => <Start hosts={items} onClose={onClose} />}
      </Part>
    </Modal>
  );
}

/** One id per opening: pressing twice, or again after a lost answer, starts nothing twice (CON-53). */
const newRequestId = () => `sp_${crypto.randomUUID()}`;

function Start({ hosts, onClose }: { hosts: readonly Host[]; onClose: () => void }) {
  const [requestId, setRequestId] = useState(newRequestId);
  const form = useForm<NewAgentValues>({
    initialValues: initialValues(hosts),
    validate: {
      prompt: (prompt, { provider }) => (provider === "shell" && !prompt.trim() ? "A script is needed" : null),
    },
  });
  const spawn = useMutation(
    useTRPC().agents.spawn.mutationOptions({
      onError: (error) => {
        const { field, message } = problemOf(error);
        const name = fieldOf(form.values, field);
        if (name) form.setFieldError(name, message);
      },
    }),
  );
  const edit = () => {
    spawn.reset();
    setRequestId(newRequestId());
  };
  if (spawn.data) return <SpawnProgress answer={spawn.data} onClose={onClose} onEdit={edit} />;
  const problem = spawn.isError ? problemOf(spawn.error) : null;
  return (
    <NewAgentForm
      form={form}
      hosts={hosts}
      busy={spawn.isPending}
      refused={problem && !fieldOf(form.values, problem.field) ? problem : null}
      onSubmit={(values) => spawn.mutate(toSpawn(values, requestId))}
      onCancel={onClose}
    />
  );
}
