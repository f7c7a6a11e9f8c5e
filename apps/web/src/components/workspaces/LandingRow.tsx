"use client";

import { Text } from "@mantine/core";
import { checksInWords } from "../../lib/landing-words.ts";
import { duration } from "../../lib/time.ts";
import type { Landing } from "../../lib/types.ts";
import { lastPart } from "../../lib/words.ts";
import { Lamp } from "../parts/Lamp.tsx";
import { AgentLink, WorkspaceLink } from "../parts/Links.tsx";
import { Sha } from "../parts/Sha.tsx";
import { Time } from "../parts/Time.tsx";
import { LandingEvidence } from "./LandingEvidence.tsx";
import classes from "./LandingRow.module.css";

interface Props {
  landing: Landing;
  repoRoot: string;
  /** What proves it can be opened here. */
  withEvidence?: boolean;
}

/** One landing in a line: where base went, by whom, with which checks (CON-34). */
export function LandingRow({ landing, repoRoot, withEvidence = true }: Props) {
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
          <WorkspaceLink id={landing.workspaceId} name="workspace" /> · {checksInWords(landing)} ·{" "}
          {duration(landing.durationMs)} · for {landing.onBehalfOf}
        </Text>
        {withEvidence ? <LandingEvidence landing={landing} /> : null}
      </div>
      <Text size="xs" c="dimmed" component="div">
        <Time at={landing.at} />
      </Text>
    </div>
  );
}
