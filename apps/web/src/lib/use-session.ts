"use client";

import type { Scope } from "@signalbox/api/contracts";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../trpc/context.ts";
import { reads } from "./reads.ts";
import type { Session } from "./types.ts";

/** Who is signed in. */
export function useSession(): Session | undefined {
  return useQuery(reads.session(useTRPC())).data;
}

/** Null when the session may do what needs this scope, else the reason to show (CON-07). The server checks by itself. */
export function useRefusal(scope: Scope): string | null {
  const held = useSession()?.scopes as readonly Scope[] | undefined;
  return !held || held.includes("*") || held.includes(scope) ? null : `Needs the scope ${scope}, which you do not have`;
}
