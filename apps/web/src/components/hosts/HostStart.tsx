"use client";

import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { startCommand } from "../../lib/host-words.ts";
import { reads } from "../../lib/reads.ts";
import { useTRPC } from "../../trpc/context.ts";
import { State } from "../parts/Lamp.tsx";
import { HostLink } from "../parts/Links.tsx";
import { ShownOnce } from "../parts/ShownOnce.tsx";

interface Props {
  id: string;
  baseDir: string;
  token: string;
  onDone: () => void;
}

/** The command that starts the host, this once, and whether it has registered since (CON-37). */
export function HostStart({ id, baseDir, token, onDone }: Props) {
  const [asked] = useState(() => Date.now());
  const host = useQuery(reads.hosts(useTRPC())).data?.items.find((one) => one.id === id);
  const here = host?.state === "online" && Date.parse(host.registeredAt) >= asked - 60_000 && host;
  return (
    <ShownOnce
      about="Run this on that machine, in a clone of this version. It holds the token, which cannot be shown again."
      label="Command"
      text={startCommand({ relay: window.location.origin, token, id, baseDir })}
      onDone={onDone}
    >
      <Text size="sm" component="div" aria-live="polite">
        {here ? (
          <State signal={{ word: "Registered", tone: "green", shape: "check" }}>
            <HostLink id={id} /> has registered
          </State>
        ) : (
          <State signal={{ word: "Waiting", tone: "grey", shape: "ring" }}>
            Waiting for {id}. Where it is refused, it says why on its terminal
          </State>
        )}
      </Text>
    </ShownOnce>
  );
}
