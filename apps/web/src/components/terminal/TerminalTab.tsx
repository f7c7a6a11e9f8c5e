"use client";

import { Skeleton } from "@mantine/core";
import dynamic from "next/dynamic";
import type { AgentDetail } from "../../lib/types.ts";
import { useRefusal } from "../../lib/use-session.ts";
import { hasEnded } from "../../lib/words.ts";
import { EndedSession } from "../agents/EndedSession.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Panel } from "../parts/Panel.tsx";
import { SpawnSteps } from "../spawn/SpawnSteps.tsx";

// The terminal's code is large; it is loaded only when one is shown (CON-13).
const TerminalView = dynamic(() => import("./TerminalView.tsx").then((module) => module.TerminalView), {
  ssr: false,
  loading: () => <Skeleton height={420} radius="lg" />,
});

/** The session's screen; before it, the steps of the start; after it, what came out (CON-22, CON-24). */
export function TerminalTab({ agent }: { agent: AgentDetail }) {
  const refusal = useRefusal("terminal:attach");
  if (hasEnded(agent.status)) return <EndedSession agent={agent} />;
  if (agent.status === "spawning") {
    return (
      <Panel title="Starting">
        <SpawnSteps command={agent.command} agent={agent} />
      </Panel>
    );
  }
  if (refusal) {
    return (
      <Panel>
        <Empty title="You cannot open terminals">{refusal}.</Empty>
      </Panel>
    );
  }
  return <TerminalView key={agent.id} agentId={agent.id} />;
}
