"use client";

import { useQuery } from "@tanstack/react-query";
import { problemOf } from "../../lib/problem.ts";
import { reads } from "../../lib/reads.ts";
import type { Profile } from "../../lib/types.ts";
import { useRefusal } from "../../lib/use-session.ts";
import { useTRPC } from "../../trpc/context.ts";

/** The agent profiles to choose from, or why there are none to see (CON-07). */
export function useProfiles(): { choices: readonly Profile[]; refusal: string | null } {
  const refusal = useRefusal("profile:read");
  const read = useQuery({ ...reads.profileChoices(useTRPC()), enabled: !refusal });
  return { choices: read.data?.items ?? [], refusal: refusal ?? (read.error ? problemOf(read.error).message : null) };
}
