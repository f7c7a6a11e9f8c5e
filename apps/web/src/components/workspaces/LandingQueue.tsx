"use client";

import { Text } from "@mantine/core";
import { whyItWaits } from "../../lib/landing-words.ts";
import type { Queue } from "../../lib/types.ts";
import { count, lastPart, signalOf, workspaceSignals } from "../../lib/words.ts";
import { State } from "../parts/Lamp.tsx";
import { AgentLink, HostLink, RepositoryLink, WorkspaceLink } from "../parts/Links.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Time } from "../parts/Time.tsx";
import classes from "./LandingQueue.module.css";
import { LandingRow } from "./LandingRow.tsx";
import { RunningLanding } from "./RunningLanding.tsx";

const latest = 20;

/** One repository's line onto its base branch: what lands now, what waits and why, what has landed (CON-33). */
export function LandingQueue({ queue }: { queue: Queue }) {
  const { running, entries, landings } = queue;
  return (
    <Panel
      title={
        <>
          <RepositoryLink id={queue.repository} name={lastPart(queue.repoRoot)} /> → {queue.baseBranch}
        </>
      }
      aside={
        <span>
          <code className={classes.path}>{queue.repoRoot}</code> on <HostLink id={queue.orchestratorId} />
        </span>
      }
      flush
    >
      {running ? <RunningLanding running={running} /> : null}
      {entries.length === 0 ? (
        <Text size="sm" c="dimmed" className={classes.none}>
          Nothing waits.
        </Text>
      ) : (
        <ol className={classes.list}>
          {entries.map((entry) => (
            <li key={entry.workspaceId} className={classes.entry}>
              <span className={classes.place}>{entry.place}</span>
              <div className={classes.what}>
                <Text size="sm" component="div">
                  <WorkspaceLink id={entry.workspaceId} row />{" "}
                  {entry.agentId ? (
                    <>
                      {" "}
                      by <AgentLink id={entry.agentId} />
                    </>
                  ) : null}
                </Text>
                <Text size="xs" c="dimmed" component="div">
                  ready <Time at={entry.since} />
                  {entry.tries > 0 ? ` · ${count(entry.tries, "try", "tries")}` : null}
                  {entry.reason ? ` · ${whyItWaits(entry.reason)}` : null}
                </Text>
              </div>
              <State signal={signalOf(workspaceSignals, entry.status)} />
            </li>
          ))}
        </ol>
      )}
      {landings.length > 0 ? (
        <div className={classes.landed}>
          {landings.slice(0, latest).map((landing) => (
            <LandingRow key={landing.id} landing={landing} repoRoot={queue.repoRoot} />
          ))}
        </div>
      ) : null}
    </Panel>
  );
}
