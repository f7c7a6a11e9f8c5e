"use client";

import { Button } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import type { ActivityRecord } from "../../lib/types.ts";
import { useHeld } from "../../lib/use-held.ts";
import { count } from "../../lib/words.ts";
import { Empty } from "../parts/Empty.tsx";
import { Pager } from "../parts/Pager.tsx";
import { Panel } from "../parts/Panel.tsx";
import classes from "./Activity.module.css";
import { ActivityTable } from "./ActivityTable.tsx";

interface Props {
  page: { items: readonly ActivityRecord[]; nextCursor: string | null };
  /** What was asked for: filters and cursor. */
  read: string;
  /** The page is the answer to it, not to what was asked before. */
  settled: boolean;
  /** Cursor of the page; empty on the newest. */
  before: string;
  narrowed: boolean;
  go: (cursor: string) => void;
}

/** A page of records. Newer ones are counted over the list and come in when asked for, so nothing moves while it is read. */
export function ActivityList({ page, read, settled, before, narrowed, go }: Props) {
  const { items, nextCursor, newer, show } = useHeld({ key: read, fresh: page, settled });
  const more = newer === page.items.length && page.nextCursor ? "+" : "";
  return (
    <>
      <div className={classes.newer} aria-live="polite">
        {newer > 0 && !before ? (
          <Button
            radius="xl"
            leftSection={<IconArrowUp size={14} />}
            onClick={() => {
              show();
              window.scrollTo({ top: 0 });
            }}
          >
            {more ? `${newer}+ new records` : count(newer, "new record")}
          </Button>
        ) : null}
      </div>
      <Panel flush>
        {items.length > 0 ? (
          <ActivityTable items={items} />
        ) : narrowed ? (
          <Empty title="No record matches">Remove a filter or widen the time.</Empty>
        ) : (
          <Empty title="Nothing has happened yet">Sign-ins, spawns, landings and refusals appear here.</Empty>
        )}
      </Panel>
      <Pager after={before} next={nextCursor} go={go} first="Newest" on="Older" />
    </>
  );
}
