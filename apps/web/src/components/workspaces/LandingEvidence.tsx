"use client";

import { Text } from "@mantine/core";
import type { Landing } from "../../lib/types.ts";
import { Facts } from "../parts/Facts.tsx";
import { WorkspaceLink } from "../parts/Links.tsx";
import { Sha } from "../parts/Sha.tsx";
import { CheckLines } from "./CheckLines.tsx";
import classes from "./LandingEvidence.module.css";

/** What proves a landing: the commit that was checked, every attempt, who landed with it and what the agent could do (CON-34). */
export function LandingEvidence({ landing }: { landing: Landing }) {
  const { checks, batch, grant, strategy, checkedCommit, readySha, changeTip, workspaceId } = landing;
  const others = batch.filter((id) => id !== workspaceId);
  return (
    <details className={classes.evidence}>
      <summary>Evidence</summary>
      <div className={classes.inside}>
        <Facts
          facts={[
            [
              "Checked",
              checkedCommit ? <Sha key="checked" sha={checkedCommit} strong /> : "nothing: no checks were set",
            ],
            ["Ends at", <Sha key="tip" sha={changeTip} />],
            ["Ready as", <Sha key="ready" sha={readySha} />],
            [
              "Together with",
              others.length === 0 ? "nothing else" : others.map((id) => <WorkspaceLink key={id} id={id} />),
            ],
            ["Strategy", strategy],
            ["The agent could", grant.scopes.join(", ") || "nothing"],
          ]}
        />
        {checks.length > 0 ? checks.map((report) => <CheckLines key={report.name} report={report} />) : null}
        {checks.length === 0 ? <Text size="xs">The repository had no checks.</Text> : null}
      </div>
    </details>
  );
}
