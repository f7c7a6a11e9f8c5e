"use client";

import { Button } from "@mantine/core";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { Workspace } from "../../lib/types.ts";
import { Empty } from "../parts/Empty.tsx";
import { Panel } from "../parts/Panel.tsx";

const Changes = dynamic(() => import("./Changes.tsx").then((module) => module.Changes), { ssr: false });

/** The change of a workspace, asked of its host when somebody wants to see it (CON-32). */
export function WorkspaceChanges({ workspace }: { workspace: Workspace }) {
  const [shown, setShown] = useState(false);
  if (workspace.mode !== "isolated") return null;
  if (shown) return <Changes workspaceId={workspace.id} />;
  return (
    <Panel title="Changes">
      <Empty title="What it changes against its base">
        <Button variant="default" size="xs" mt="sm" onClick={() => setShown(true)}>
          Show changes
        </Button>
      </Empty>
    </Panel>
  );
}
