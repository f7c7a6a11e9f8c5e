"use client";

import { Text } from "@mantine/core";
import type { Guidance } from "@signalbox/api/contracts";
import { keptInWords } from "../../lib/kept-words.ts";
import { redCheckOf } from "../../lib/landing-words.ts";
import type { Landing, Workspace } from "../../lib/types.ts";
import { signalOf, workspaceSignals } from "../../lib/words.ts";
import { forPeople } from "../../lib/workspace-words.ts";
import { Empty } from "../parts/Empty.tsx";
import { Facts } from "../parts/Facts.tsx";
import { State } from "../parts/Lamp.tsx";
import { AgentLink, HostLink, RepositoryLink, WorkspaceLink } from "../parts/Links.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Sha } from "../parts/Sha.tsx";
import { Time } from "../parts/Time.tsx";
import { Drift } from "./Drift.tsx";
import { LandingNote } from "./LandingNote.tsx";
import { LandingRow } from "./LandingRow.tsx";
import { RedCheck } from "./RedCheck.tsx";
import { WorkspaceActs } from "./WorkspaceActs.tsx";
import { WorkspaceChanges } from "./WorkspaceChanges.tsx";
import classes from "./WorkspaceView.module.css";

interface Props {
  workspace: Workspace;
  guidance: Guidance;
  landings: readonly Landing[];
}

/** Everything about one workspace, on its own page and on its agent's. */
export function WorkspaceView({ workspace, guidance, landings }: Props) {
  const red = redCheckOf(workspace.metadata);
  return (
    <div className={classes.stack}>
      <div className={classes.guidance} data-needed={guidance.actionNeeded || undefined}>
        <Text size="sm" fw={500} component="div">
          <State signal={signalOf(workspaceSignals, workspace.status)} />
        </Text>
        <div>
          <Text size="sm">{forPeople({ ...workspace, guidance }).replace(/\.$/, "")}.</Text>
          {guidance.phase === "over" ? null : (
            <Text size="xs" c="dimmed" mt={2}>
              Its agent is told: {guidance.nextStep}
            </Text>
          )}
        </div>
        <LandingNote metadata={workspace.metadata} />
        <WorkspaceActs workspace={workspace} />
      </div>
      {red ? <RedCheck red={red} workspaceId={workspace.id} /> : null}
      <Panel title="Workspace">
        <Facts
          facts={[
            ["Id", <WorkspaceLink key="id" id={workspace.id} />],
            ["Branch", workspace.branch ? <code key="branch">{workspace.branch}</code> : null],
            ["Onto", workspace.baseBranch ? <code key="base">{workspace.baseBranch}</code> : null],
            ["Drift", workspace.mode === "isolated" ? <Drift key="drift" {...workspace} /> : null],
            ["Head", workspace.headSha ? <Sha key="head" sha={workspace.headSha} /> : null],
            ["To land", workspace.readySha ? <Sha key="ready" sha={workspace.readySha} /> : null],
            ["Base", workspace.baseSha ? <Sha key="sha" sha={workspace.baseSha} /> : null],
            ["Owner", workspace.ownerAgentId ? <AgentLink key="owner" id={workspace.ownerAgentId} /> : "nobody"],
            ["Host", <HostLink key="host" id={workspace.orchestratorId} />],
            ["Repository", <RepositoryLink key="repository" id={workspace.repository} name={workspace.repoRoot} />],
            ["Worktree", workspace.worktreePath ? <code key="worktree">{workspace.worktreePath}</code> : null],
            ["Mode", workspace.mode],
            [
              "Claim",
              workspace.claim ? (
                <span key="claim">
                  {workspace.claim.holder}, until <Time at={workspace.claim.expiresAt} />
                </span>
              ) : null,
            ],
            [
              "Kept",
              workspace.keptAt && workspace.keptSha ? (
                <span key="kept">
                  {keptInWords(workspace) ?? "its commits"}, <Time at={workspace.keptAt} />
                </span>
              ) : null,
            ],
            ["Updated", <Time key="updated" at={workspace.updatedAt} />],
          ]}
        />
      </Panel>
      <WorkspaceChanges workspace={workspace} />
      <Panel title="Landings" flush>
        {landings.length === 0 ? (
          <Empty title="Nothing has landed from here">
            Each landing leaves its evidence: base before and after, commit, checks.
          </Empty>
        ) : (
          landings.map((landing) => <LandingRow key={landing.id} landing={landing} repoRoot={workspace.repoRoot} />)
        )}
      </Panel>
    </div>
  );
}
