"use client";

import { Text } from "@mantine/core";
import { duration } from "../../lib/time.ts";
import type { Landing } from "../../lib/types.ts";
import { count, lastPart } from "../../lib/words.ts";
import { Lamp } from "../parts/Lamp.tsx";
import { AgentLink, WorkspaceLink } from "../parts/Links.tsx";
import { Sha } from "../parts/Sha.tsx";
import { Time } from "../parts/Time.tsx";
import classes from "./LandingRow.module.css";

/** One landing in a line: where base went, by whom, with which checks (CON-34). */
export function LandingRow({ landing, repoRoot }: { landing: Landing; repoRoot: string }) {
  const checks = landing.checks.length;
  return (
    <div className={classes.row}>
      <Lamp tone="green" shape="check" />
      <div className={classes.what}>
        <Text size="sm" component="div" className={classes.line}>
          <span>
            {lastPart(repoRoot)} <span className={classes.dim}>{landing.baseBranch}</span>
          </span>
          <span className={classes.shas}>
            <Sha sha={landing.oldTip} /> → <Sha sha={landing.newTip} strong />
          </span>
        </Text>
        <Text size="xs" c="dimmed" component="div">
          {landing.agentId ? <AgentLink id={landing.agentId} /> : "no agent"} ·{" "}
          <WorkspaceLink id={landing.workspaceId} name="workspace" /> ·{" "}
          {checks === 0 ? "landed without checks" : `${count(checks, "check")} green`} · {duration(landing.durationMs)}{" "}
          · for {landing.onBehalfOf}
        </Text>
      </div>
      <Text size="xs" c="dimmed" component="div">
        <Time at={landing.at} />
      </Text>
    </div>
  );
}
