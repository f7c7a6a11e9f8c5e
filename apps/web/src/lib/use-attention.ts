"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useNow } from "../components/parts/Now.tsx";
import { useTRPC } from "../trpc/context.ts";
import { type AttentionItem, attention } from "./attention.ts";
import { reads } from "./reads.ts";
import { useRefusal } from "./use-session.ts";

/** What a person is needed for right now, kept fresh on every page: navigation and title show how many. */
export function useAttention(): AttentionItem[] {
  const trpc = useTRPC();
  // Minutes are enough for what goes after a day.
  const minute = Math.floor(useNow() / 60_000) * 60_000;
  const agents = useQuery(reads.needyAgents(trpc)).data?.items;
  const unended = useQuery(reads.unendedAgents(trpc)).data?.items;
  const workspaces = useQuery(reads.needyWorkspaces(trpc)).data?.workspaces;
  const readsMessages = { enabled: !useRefusal("message:read") };
  const held = useQuery({ ...reads.heldMessages(trpc), ...readsMessages }).data?.messages;
  const undelivered = useQuery({ ...reads.undelivered(trpc, minute), ...readsMessages }).data?.messages;
  const hosts = useQuery(reads.hosts(trpc)).data?.items;
  return useMemo(() => {
    const all = new Map([...(agents ?? []), ...(unended ?? [])].map((agent) => [agent.id, agent]));
    const messages = new Map([...(held ?? []), ...(undelivered ?? [])].map((message) => [message.id, message]));
    const given = { agents: [...all.values()], workspaces: workspaces ?? [], hosts: hosts ?? [] };
    return attention({ ...given, messages: [...messages.values()], now: minute });
  }, [agents, unended, workspaces, hosts, held, undelivered, minute]);
}
