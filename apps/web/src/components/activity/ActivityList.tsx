"use client";

import type { ActivityRecord } from "../../lib/types.ts";
import { useHeld } from "../../lib/use-held.ts";
import { Empty } from "../parts/Empty.tsx";
import { NewerButton } from "../parts/NewerButton.tsx";
import { Pager } from "../parts/Pager.tsx";
import { Panel } from "../parts/Panel.tsx";
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
  const more = newer === page.items.length && page.nextCursor !== null;
  return (
    <>
      <NewerButton newer={before ? 0 : newer} more={more} what="record" show={show} />
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
