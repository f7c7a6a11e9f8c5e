"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { pageSize, reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import classes from "./Counts.module.css";

interface Tile {
  label: string;
  value: string;
  about: string;
  href: string;
}

const said = (parts: readonly [number, string][], none: string) =>
  parts
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`)
    .join(" · ") || none;

/** How many there are of what; "200+" where a list has more than one page. */
export function Counts() {
  const trpc = useTRPC();
  const agents = useQuery(reads.liveAgents(trpc)).data;
  const workspaces = useQuery(reads.workspaces(trpc, "open", "")).data;
  const queues = useQuery(reads.queues(trpc)).data?.queues;
  const hosts = useQuery(reads.hosts(trpc)).data?.items;
  const inState = (...states: string[]) => agents?.items.filter(({ status }) => states.includes(status)).length ?? 0;
  const landing = queues?.filter(({ running }) => running).length ?? 0;
  const waiting = queues?.reduce((sum, { entries }) => sum + entries.length, 0) ?? 0;
  const online = hosts?.filter(({ state }) => state === "online") ?? [];
  const tiles: Tile[] = [
    {
      label: "Agents",
      value: agents ? `${agents.items.length}${agents.nextCursor ? "+" : ""}` : "–",
      about: said(
        [
          [inState("busy"), "busy"],
          [inState("idle", "online"), "idle"],
          [inState("blocked"), "blocked"],
          [inState("spawning"), "starting"],
          [inState("stale", "offline"), "away"],
        ],
        "none running",
      ),
      href: "/agents",
    },
    {
      label: "Workspaces",
      value: workspaces
        ? `${workspaces.workspaces.length}${workspaces.workspaces.length === pageSize ? "+" : ""}`
        : "–",
      about: "not landed or over",
      href: "/workspaces",
    },
    {
      label: "Landing queue",
      value: queues ? String(waiting) : "–",
      about: landing > 0 ? `${landing} landing now` : waiting > 0 ? "waiting" : "empty",
      href: "/workspaces?tab=queue",
    },
    {
      label: "Hosts online",
      value: hosts ? `${online.length}/${hosts.length}` : "–",
      about: `${online.reduce((sum, host) => sum + host.maxSessions - host.liveSessions, 0)} sessions free`,
      href: "/hosts",
    },
  ];
  return (
    <div className={classes.tiles}>
      {tiles.map(({ label, value, about, href }) => (
        <Link key={label} href={href} className={classes.tile}>
          <span className={classes.label}>{label}</span>
          <span className={classes.value}>{value}</span>
          <span className={classes.about}>{about}</span>
        </Link>
      ))}
    </div>
  );
}
