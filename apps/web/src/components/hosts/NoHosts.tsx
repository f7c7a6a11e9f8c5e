"use client";

import { Code } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useRouter } from "next/navigation";
import { ActButton } from "../parts/ActButton.tsx";
import { Empty } from "../parts/Empty.tsx";

/** What to do when no host is there yet. */
export function NoHosts() {
  const router = useRouter();
  return (
    <Empty
      title="No host has registered"
      action={
        <ActButton
          needs="token:write"
          leftSection={<IconPlus size={14} />}
          onClick={() => router.push("/hosts?dialog=add-host")}
        >
          Add host
        </ActButton>
      }
    >
      A host is a machine that runs agents. It starts <Code>npm run orchestrator</Code>, dials out to this relay and
      opens no port.
    </Empty>
  );
}
