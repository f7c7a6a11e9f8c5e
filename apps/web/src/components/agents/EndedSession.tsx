"use client";

import { Text } from "@mantine/core";
import Link from "next/link";
import { neverStarted } from "../../lib/spawn-steps.ts";
import type { AgentDetail } from "../../lib/types.ts";
import { Empty } from "../parts/Empty.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Time } from "../parts/Time.tsx";
import { SpawnSteps } from "../spawn/SpawnSteps.tsx";
import classes from "./EndedSession.module.css";

/** What an ended agent left: its result and its last lines; for one that never came online, where it stopped. */
export function EndedSession({ agent }: { agent: AgentDetail }) {
  const { result, resultAt, lastLines } = agent;
  return (
    <div className={classes.stack}>
      {agent.status === "failed" || neverStarted(agent) ? (
        <Panel title="It did not start">
          <SpawnSteps command={agent.command} agent={agent} />
        </Panel>
      ) : null}
      {result !== null ? (
        <Panel title="Result" aside={resultAt ? <Time at={resultAt} /> : null}>
          <Text component="pre" className={classes.text} tabIndex={0}>
            {result}
          </Text>
        </Panel>
      ) : null}
      <Panel title="Last lines" aside={<Link href={`/agents/${agent.id}?tab=logs`}>Whole log</Link>} flush>
        {lastLines?.length ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          <pre className={classes.screen} tabIndex={0}>
            {lastLines.join("\n")}
          </pre>
        ) : (
          <Empty title="No output">The session ended without a line that the host could keep.</Empty>
        )}
      </Panel>
    </div>
  );
}
