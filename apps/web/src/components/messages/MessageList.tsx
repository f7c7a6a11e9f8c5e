"use client";

import { type ReactNode, useMemo } from "react";
import { threadsOf } from "../../lib/threads.ts";
import type { Message } from "../../lib/types.ts";
import { useHeld } from "../../lib/use-held.ts";
import { NewerButton } from "../parts/NewerButton.tsx";
import { Pager } from "../parts/Pager.tsx";
import { Panel } from "../parts/Panel.tsx";
import { ThreadTable } from "./ThreadTable.tsx";

interface Props {
  page: { messages: readonly Message[]; nextCursor: string | null };
  /** What was asked for: filters and cursor. */
  read: string;
  /** The page is the answer to it, not to what was asked before. */
  settled: boolean;
  /** Cursor of the page; empty on the newest. */
  before: string;
  /** Shown where there is no message. */
  empty: ReactNode;
  go: (cursor: string) => void;
}

/** Ids as texts that stand in the order of the numbers. */
const ordered = (message: Message) => ({ id: String(message.id).padStart(10, "0"), message });

/** A page of messages as threads. Newer ones are counted over the list and come in when asked for (CON-57). */
export function MessageList({ page, read, settled, before, empty, go }: Props) {
  const fresh = useMemo(() => ({ items: page.messages.map(ordered), nextCursor: page.nextCursor }), [page]);
  const { items, nextCursor, newer, show } = useHeld({ key: read, fresh, settled });
  return (
    <>
      <NewerButton
        newer={before ? 0 : newer}
        more={newer === fresh.items.length && page.nextCursor !== null}
        what="message"
        show={show}
      />
      <Panel flush>
        {items.length > 0 ? <ThreadTable threads={threadsOf(items.map(({ message }) => message))} /> : empty}
      </Panel>
      <Pager after={before} next={nextCursor} go={go} first="Newest" on="Older" />
    </>
  );
}
