"use client";

import { Alert, Code, Loader, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useEffect, useRef } from "react";
import { problemOf } from "../../lib/problem.ts";
import { codeInFragment, safeAddress } from "../../lib/sign-in.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Wordmark } from "../parts/Wordmark.tsx";
import classes from "./SignIn.module.css";
import { TokenForm } from "./TokenForm.tsx";

/** Redeems the one-time link that led here, or takes a pasted token (CON-02). */
export function SignIn() {
  const next = safeAddress(useSearchParams().get("next"));
  const redeemed = useRef(false);
  // A whole new page: nothing of this one, the code included, stays in memory.
  const enter = () => window.location.replace(next);
  const redeem = useMutation(useTRPC().auth.signIn.mutationOptions({ gcTime: 0, onSuccess: enter }));
  const { mutate } = redeem;
  useEffect(() => {
    const code = codeInFragment(window.location.hash);
    if (!code || redeemed.current) return;
    redeemed.current = true;
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
    mutate({ code });
  }, [mutate]);
  const refused = redeem.isError ? problemOf(redeem.error) : null;
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <Wordmark />
        {redeem.isPending || redeem.isSuccess ? (
          <div className={classes.under} role="status">
            <Loader size="xs" />
            <Text size="sm">{redeem.isSuccess ? "Signed in; opening the console" : "Signing in with your link"}</Text>
          </div>
        ) : (
          <>
            <div>
              <Title order={1} size="h3">
                Sign in
              </Title>
              <Text size="sm" c="dimmed" mt={4}>
                Open the link that <Code>npm start</Code> printed, or paste a token. The first administrator token is in{" "}
                <Code>admin-token</Code> in the relay's home directory.
              </Text>
            </div>
            {refused ? (
              <Alert color="red" variant="light" title="This link does not sign you in" role="alert">
                {refused.message}. {refused.next}
              </Alert>
            ) : null}
            <TokenForm onSignedIn={enter} />
          </>
        )}
      </div>
    </main>
  );
}
