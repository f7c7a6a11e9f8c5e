"use client";

import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type RedCheck as Red, redReport } from "../../lib/landing-words.ts";
import { reads } from "../../lib/reads.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useRefusal } from "../../lib/use-session.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import { CheckLines } from "./CheckLines.tsx";

/** The check that stopped this workspace's landing; its last lines are one click away (CON-33). */
export function RedCheck({ red, workspaceId }: { red: Red; workspaceId: string }) {
  const [open, setOpen] = useAddress("check");
  const missing = useRefusal("command:read");
  return (
    <Panel
      title={`Check ${red.check} is red`}
      aside={
        <Button
          size="xs"
          variant="default"
          aria-expanded={Boolean(open)}
          onClick={() => setOpen(open ? "" : "open")}
          {...(missing
            ? { "data-disabled": true, "aria-disabled": true, "data-hint": missing, onClick: undefined }
            : {})}
        >
          {open ? "Hide last lines" : "Show last lines"}
        </Button>
      }
    >
      {open && !missing ? (
        <Lines red={red} workspaceId={workspaceId} />
      ) : (
        <Text size="sm">It ended with {red.how}.</Text>
      )}
    </Panel>
  );
}

function Lines({ red, workspaceId }: { red: Red; workspaceId: string }) {
  const read = useQuery(reads.command(useTRPC(), red.commandId));
  return (
    <Part read={read} rows={4}>
      {({ result }) => {
        const report = redReport(result, workspaceId);
        return report ? <CheckLines report={report} /> : <Text size="sm">Its lines are not kept any more.</Text>;
      }}
    </Part>
  );
}
