"use client";

import { Button, Switch } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { readable } from "../../lib/log-lines.ts";
import { useAddress } from "../../lib/use-address.ts";
import { type LogSubject, useLog } from "../../lib/use-log.ts";
import { TextFilter } from "../filters/TextFilter.tsx";
import { Lamp } from "../parts/Lamp.tsx";
import { LogLines } from "./LogLines.tsx";
import classes from "./LogView.module.css";

/** The log itself, with what one can do to it. */
export function FollowedLog(subject: LogSubject) {
  const [search, setSearch] = useAddress("search");
  const [following, setFollowing] = useState(true);
  const [wrap, setWrap] = useState(true);
  const wanted = search.slice(0, 200);
  const { log, problem, older, loadingOlder, again } = useLog({ subject, search: wanted, following });
  const { copied, copy } = useClipboard({ timeout: 2_000 });
  const plain = "orchestratorId" in subject ? readable : String;
  const text = () => (log?.rows ?? []).map((row) => plain(row.text)).join("\n");
  const live = following && !problem && log && !log.ended;
  const state = problem ? "Not followed" : !following ? "Paused" : log?.ended ? "The session has ended" : "Following";
  return (
    <section className={classes.frame} aria-label="Log">
      <div className={classes.bar}>
        <span className={classes.state} role="status">
          <Lamp tone={live ? "green" : "grey"} shape={live ? "full" : "ring"} />
          {log || problem ? state : "Reading the log"}
        </span>
        <TextFilter
          className={classes.search}
          placeholder="Lines with this text"
          aria-label="Search the log"
          value={wanted}
          maxLength={200}
          onChange={(next) => setSearch(next, "replace")}
          main
        />
        <span className={classes.tools}>
          <Switch
            size="xs"
            label="Wrap"
            checked={wrap}
            onChange={(event) => setWrap(event.currentTarget.checked)}
            visibleFrom="sm"
          />
          <Button
            size="compact-xs"
            variant="default"
            leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            disabled={!log?.rows.length}
            onClick={() => copy(text())}
          >
            {copied ? "Copied" : "Copy"}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={following ? <IconPlayerPause size={14} /> : <IconPlayerPlay size={14} />}
            onClick={() => setFollowing(!following)}
          >
            {following ? "Pause" : "Follow"}
          </Button>
        </span>
      </div>
      {problem ? (
        <div className={classes.problem} role="alert">
          <span>
            {problem.message}. {problem.next}
          </span>
          <Button size="compact-xs" variant="default" onClick={again}>
            Try again
          </Button>
        </div>
      ) : null}
      <LogLines
        log={log}
        search={wanted}
        plain={plain}
        wrap={wrap}
        following={following}
        leave={() => setFollowing(false)}
        older={older}
        loadingOlder={loadingOlder}
      />
    </section>
  );
}
