"use client";

import { PageHead } from "../parts/PageHead.tsx";
import { ActivityFeed } from "./ActivityFeed.tsx";
import { AttentionQueue } from "./AttentionQueue.tsx";
import { Counts } from "./Counts.tsx";
import { HostSummary } from "./HostSummary.tsx";
import { LatestLandings } from "./LatestLandings.tsx";
import classes from "./Overview.module.css";

/** Where a person is needed first, then how everything stands. */
export function Overview() {
  return (
    <>
      <PageHead title="Overview" />
      <div className={classes.stack}>
        <AttentionQueue />
        <Counts />
        <div className={classes.columns}>
          <div className={classes.stack}>
            <HostSummary />
            <LatestLandings />
          </div>
          <ActivityFeed />
        </div>
      </div>
    </>
  );
}
