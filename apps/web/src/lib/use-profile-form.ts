"use client";

import { type UseFormReturnType, useForm } from "@mantine/form";
import type { Problem } from "@signalbox/api/contracts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { useTRPC } from "../trpc/context.ts";
import { problemOf } from "./problem.ts";
import { formPath, incomplete, type ProfileValues, toPut, toValues } from "./profile-form.ts";
import { type Field, taking } from "./profile-versions.ts";
import type { AgentProfile } from "./types.ts";

interface ProfileForm {
  form: UseFormReturnType<ProfileValues>;
  /** The version that is edited; null: a new profile. */
  base: AgentProfile | null;
  /** What is stored now, when somebody else changed it while the form was being edited (CON-42). */
  conflict: AgentProfile | null;
  saving: boolean;
  /** A refusal that names no field. */
  refused: Problem | null;
  save: () => void;
  take: (field: Field) => void;
  discard: () => void;
  keep: () => void;
}

/** Puts the focus on the first field with an error, once it is drawn as such. */
function useFocusOnWrong(): () => void {
  const [times, setTimes] = useState(0);
  useEffect(() => {
    if (times > 0) document.querySelector<HTMLElement>("form [aria-invalid=true]")?.focus();
  }, [times]);
  return () => setTimes((before) => before + 1);
}

/** The state of one profile's form. An untouched form follows the stored profile; a touched one is never changed. */
export function useProfileForm(stored: AgentProfile | null): ProfileForm {
  const [base, setBase] = useState(stored);
  const form = useForm<ProfileValues>({ initialValues: toValues(stored ?? {}), validate: incomplete });
  const router = useRouter();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const focusOnWrong = useFocusOnWrong();
  const dirty = form.isDirty();
  const moved = stored !== null && base !== null && stored.version !== base.version;

  const follow = (profile: AgentProfile | null) => {
    const values = toValues(profile ?? {});
    setBase(profile);
    form.setValues(values);
    form.resetDirty(values);
    form.clearErrors();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another stored version makes an untouched form follow
  useEffect(() => {
    if (moved && !dirty) follow(stored);
  }, [stored?.version, moved]);

  const sent = useRef(form.getValues());
  const put = useMutation(
    trpc.profiles.put.mutationOptions({
      onSuccess: ({ profile }) => {
        queryClient.setQueryData(trpc.profiles.get.queryKey({ name: profile.name }), profile);
        form.resetDirty(sent.current);
        setBase(profile);
        if (!base) router.replace(`/profiles/${profile.name}`);
      },
      onError: (error) => {
        const { code, field, message } = problemOf(error);
        const path = field ? formPath(sent.current, field) : null;
        if (path) form.setFieldError(path, message);
        if (code === "Conflict" && !base) form.setFieldError("name", `${message}; open that one to change it`);
        if (code === "Conflict" && base) void queryClient.invalidateQueries({ queryKey: trpc.profiles.pathKey() });
        focusOnWrong();
      },
    }),
  );
  const save = form.onSubmit((values) => {
    sent.current = values;
    put.mutate(toPut(values, base?.version ?? 0));
  }, focusOnWrong);

  const problem = put.isError ? problemOf(put.error) : null;
  // While saving, the new version may be heard of before the answer that it is mine.
  const conflict = moved && dirty && !put.isPending ? stored : null;
  const placed = problem && (formPath(form.values, problem.field ?? "") || (problem.code === "Conflict" && !base));
  return {
    form,
    base,
    conflict,
    saving: put.isPending,
    refused: problem && !placed && !conflict ? problem : null,
    save: () => save(),
    take: (field) => stored && form.setValues(taking(form.getValues(), stored, field)),
    discard: () => {
      put.reset();
      follow(stored);
    },
    keep: () => {
      put.reset();
      setBase(stored);
    },
  };
}
