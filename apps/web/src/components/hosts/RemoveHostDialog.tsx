"use client";

import { Checkbox, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { Host } from "../../lib/types.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ConfirmDialog } from "../parts/ConfirmDialog.tsx";
import { StayingAgents } from "./StayingAgents.tsx";

/** Asks before a host is taken off the list; with live agents only on purpose, and they are named (HST-39). */
export function RemoveHostDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const [force, setForce] = useState(false);
  const router = useRouter();
  const remove = useMutation(
    useTRPC().orchestrators.remove.mutationOptions({ onSuccess: () => router.push("/hosts") }),
  );
  return (
    <ConfirmDialog
      title={`Remove ${host.id}?`}
      action="Remove"
      pending={remove.isPending || remove.isSuccess}
      error={remove.error}
      onConfirm={() => remove.mutate({ id: host.id, force })}
      onClose={onClose}
    >
      <Stack gap="sm">
        <Text size="sm">
          It is listed no more. Its history stays, and so do the worktrees on that machine. If its orchestrator is
          started again it comes back, unless you revoke its token.
        </Text>
        <StayingAgents hostId={host.id} what="had not ended" none="All its agents have ended." />
        {host.liveSessions > 0 ? (
          <Checkbox
            label="End them here: they become exited, “the host was removed”"
            checked={force}
            onChange={(event) => setForce(event.currentTarget.checked)}
          />
        ) : null}
      </Stack>
    </ConfirmDialog>
  );
}
