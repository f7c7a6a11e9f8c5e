"use client";

import { Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { problemOf } from "../../lib/problem.ts";
import type { Host } from "../../lib/types.ts";
import { useDialog } from "../../lib/use-dialog.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ActButton } from "../parts/ActButton.tsx";

const DrainDialog = dynamic(() => import("./DrainDialog.tsx").then((module) => module.DrainDialog), { ssr: false });
const RemoveHostDialog = dynamic(() => import("./RemoveHostDialog.tsx").then((module) => module.RemoveHostDialog), {
  ssr: false,
});

/** Drain, undrain and remove (CON-39). */
export function HostActs({ host }: { host: Host }) {
  const drain = useDialog("drain");
  const remove = useDialog("remove");
  const undrain = useMutation(useTRPC().orchestrators.drain.mutationOptions());
  const refused = undrain.error ? problemOf(undrain.error) : null;
  const connected = host.state === "online" ? "It is connected: stop its orchestrator first" : null;
  return (
    <div>
      <Group gap={8} wrap="wrap">
        {host.draining ? (
          <ActButton
            needs="orchestrator:write"
            variant="default"
            size="sm"
            loading={undrain.isPending}
            onClick={() => undrain.mutate({ id: host.id, enabled: false })}
          >
            Take agents again
          </ActButton>
        ) : null}
        <ActButton needs="orchestrator:write" variant="default" size="sm" onClick={drain.open}>
          {host.draining ? "Change deadline" : "Drain"}
        </ActButton>
        <ActButton needs="orchestrator:write" refusal={connected} variant="default" size="sm" onClick={remove.open}>
          Remove
        </ActButton>
      </Group>
      <Text size="xs" c="red" mt={refused ? 6 : 0} role="status" maw={420}>
        {refused ? `${refused.message}. ${refused.next}` : null}
      </Text>
      {drain.opened ? <DrainDialog host={host} onClose={drain.close} /> : null}
      {remove.opened ? <RemoveHostDialog host={host} onClose={remove.close} /> : null}
    </div>
  );
}
