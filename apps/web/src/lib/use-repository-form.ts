"use client";

import { type UseFormReturnType, useForm } from "@mantine/form";
import type { Problem } from "@signalbox/api/contracts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTRPC } from "../trpc/context.ts";
import { problemOf } from "./problem.ts";
import { incompleteRepository, type RepositoryValues, toPutRepository, toRepositoryValues } from "./repository-form.ts";
import type { Repository } from "./types.ts";

interface RepositoryForm {
  form: UseFormReturnType<RepositoryValues>;
  saving: boolean;
  /** The version that this tab saved last; null: none. */
  saved: number | null;
  /** A refusal that names no field; a change by somebody else in between is one. */
  refused: Problem | null;
  save: () => void;
  discard: () => void;
}

/** The state of one repository's form. An untouched form follows the stored settings; a touched one is never changed. */
export function useRepositoryForm(stored: Repository): RepositoryForm {
  const [base, setBase] = useState(stored.version);
  const [saved, setSaved] = useState<number | null>(null);
  const form = useForm<RepositoryValues>({
    initialValues: toRepositoryValues(stored),
    validate: incompleteRepository,
  });
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const dirty = form.isDirty();

  const follow = (to: Repository) => {
    const values = toRepositoryValues(to);
    setBase(to.version);
    form.setValues(values);
    form.resetDirty(values);
    form.clearErrors();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another stored version makes an untouched form follow
  useEffect(() => {
    if (stored.version !== base && !dirty) follow(stored);
  }, [stored.version]);

  const sent = useRef(form.getValues());
  const put = useMutation(
    trpc.repositories.put.mutationOptions({
      onSuccess: (answer) => {
        queryClient.setQueryData(trpc.repositories.get.queryKey({ repository: answer.repository }), answer);
        form.resetDirty(sent.current);
        setBase(answer.version);
        setSaved(answer.version);
      },
      onError: (error) => {
        const { field, message } = problemOf(error);
        if (field && field !== "repository") form.setFieldError(field, message);
      },
    }),
  );
  const save = form.onSubmit((values) => {
    sent.current = values;
    put.mutate(toPutRepository(stored.repository, values, base));
  });
  const problem = put.isError ? problemOf(put.error) : null;
  return {
    form,
    saving: put.isPending,
    saved,
    refused: problem && (!problem.field || problem.field === "repository") ? problem : null,
    save: () => save(),
    discard: () => {
      put.reset();
      follow(stored);
    },
  };
}
