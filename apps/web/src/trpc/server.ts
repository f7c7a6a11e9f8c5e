import type { AppRouter } from "@signalbox/api";
import type { QueryClient } from "@tanstack/react-query";
import { createTRPCClient, TRPCClientError, type TRPCLink } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { type Caller, relay } from "../lib/relay.ts";
import { makeQueryClient } from "./query-client.ts";

type Procedure = (input: unknown) => Promise<unknown>;

/** Answers from the relay in this process instead of over the network. */
function inProcess(caller: Caller): TRPCLink<AppRouter> {
  return () =>
    ({ op }) =>
      observable((observer) => {
        const steps = op.path.split(".");
        const procedure = steps.reduce<unknown>(
          (at, step) => (at as Record<string, unknown>)[step],
          caller,
        ) as Procedure;
        procedure(op.input).then(
          (data) => {
            observer.next({ result: { type: "data", data } });
            observer.complete();
          },
          (error: Error) => observer.error(TRPCClientError.from(error)),
        );
      });
}

export interface PageData {
  queryClient: QueryClient;
  trpc: TRPCOptionsProxy<AppRouter>;
  caller: Caller;
}

/** What one page render reads with: shared by layout and page, dropped with the request. */
export const pageData = cache(async (): Promise<PageData> => {
  const caller = await relay().createCaller((await headers()).get("cookie"));
  const client = createTRPCClient<AppRouter>({ links: [inProcess(caller)] });
  const queryClient = makeQueryClient();
  return { queryClient, caller, trpc: createTRPCOptionsProxy<AppRouter>({ client, queryClient }) };
});

/** The code of a failed in-process call, as tRPC names it. */
export const codeOf = (error: unknown): string | undefined =>
  ((error as TRPCClientError<AppRouter>).cause as { code?: string } | undefined)?.code;

/** Leads to sign-in, and back to the page that was asked for (CON-01). */
export async function toSignIn(): Promise<never> {
  const asked = (await headers()).get("x-asked-for") ?? "/";
  redirect(asked === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(asked)}`);
}
