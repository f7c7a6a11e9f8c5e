"use client";

import { NativeSelect, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { absoluteTime } from "../../lib/time.ts";
import type { Host } from "../../lib/types.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ConfirmDialog } from "../parts/ConfirmDialog.tsx";
import { StayingAgents } from "./StayingAgents.tsx";

/** The deadline that it has stays. */
const kept = "kept";

/** Minutes until a drained host is to be empty; at most a day (HST-37). */
const deadlines = [
  { value: "", label: "None" },
  { value: "15", label: "15 minutes" },
  { value: "60", label: "1 hour" },
  { value: "240", label: "4 hours" },
  { value: "1440", label: "1 day" },
];

/** Asks until when a host is to be empty, and names the agents that stay (CON-39). */
export function DrainDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const { deadlineAt } = host.draining ?? {};
  const asItIs = deadlineAt ? [{ value: kept, label: `As it is: ${absoluteTime(deadlineAt)}` }] : [];
  const [minutes, setMinutes] = useState(deadlineAt ? kept : "");
  const drain = useMutation(useTRPC().orchestrators.drain.mutationOptions({ onSuccess: onClose }));
  return (
    <ConfirmDialog
      title={host.draining ? `Change the deadline of ${host.id}?` : `Drain ${host.id}?`}
      action={host.draining ? "Change" : "Drain"}
      pending={drain.isPending}
      error={drain.error}
      onConfirm={() => {
        if (minutes === kept) onClose();
        else drain.mutate({ id: host.id, ...(minutes ? { deadlineMinutes: Number(minutes) } : {}) });
      }}
      harmless
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">
          It takes no new agent until you let it again. Agents that are there go on and can be restarted.
        </Text>
        <NativeSelect
          label="Deadline"
          description="Whoever is still there then is named under “Needs you”; nothing is ended by itself"
          data={[...asItIs, ...deadlines]}
          value={minutes}
          onChange={(event) => setMinutes(event.currentTarget.value)}
        />
        <StayingAgents hostId={host.id} what="there now" none="No agent is on it: it is empty at once." />
      </Stack>
    </ConfirmDialog>
  );
}
