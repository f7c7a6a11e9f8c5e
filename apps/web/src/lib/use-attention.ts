"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useNow } from "../components/parts/Now.tsx";
import { useTRPC } from "../trpc/context.ts";
import { type AttentionItem, attention } from "./attention.ts";
import { reads } from "./reads.ts";

/** What a person is needed for right now, kept fresh on every page: navigation and title show how many. */
export function useAttention(): AttentionItem[] {
  const trpc = useTRPC();
  const agents = useQuery(reads.needyAgents(trpc)).data?.items;
  const workspaces = useQuery(reads.needyWorkspaces(trpc)).data?.workspaces;
  const hosts = useQuery(reads.hosts(trpc)).data?.items;
  const now = useNow();
  // Minutes are enough for what goes after a day.
  const minute = Math.floor(now / 60_000) * 60_000;
  return useMemo(
    () => attention({ agents: agents ?? [], workspaces: workspaces ?? [], hosts: hosts ?? [], now: minute }),
    [agents, workspaces, hosts, minute],
  );
}
