"use client";

import { Button, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { problemOf } from "../../lib/problem.ts";
import { useTRPC } from "../../trpc/context.ts";

/** Signs in with a pasted token; the token is not kept in the page afterwards (CON-03). */
export function TokenForm({ onSignedIn }: { onSignedIn: (actor: string) => void }) {
  const trpc = useTRPC();
  const form = useForm({
    initialValues: { token: "" },
    validate: { token: (token) => (token.trim() ? null : "Paste a token of profile admin, operator or viewer") },
  });
  const signIn = useMutation(
    trpc.auth.signIn.mutationOptions({
      gcTime: 0,
      onSuccess: ({ actor }) => {
        form.reset();
        onSignedIn(actor);
      },
      onError: (error) => form.setFieldError("token", `${problemOf(error).message}. ${problemOf(error).next}`),
    }),
  );
  return (
    <form onSubmit={form.onSubmit(({ token }) => signIn.mutate({ token: token.trim() }))}>
      <Stack gap="sm">
        <PasswordInput
          label="Token"
          placeholder="sbx_…"
          autoComplete="off"
          spellCheck={false}
          key={form.key("token")}
          {...form.getInputProps("token")}
        />
        <Button type="submit" size="sm" fullWidth loading={signIn.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
