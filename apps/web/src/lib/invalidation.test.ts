import type { AppRouter } from "@signalbox/api";
import { QueryClient } from "@tanstack/react-query";
import { createTRPCClient } from "@trpc/client";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { expect, test } from "vitest";
import { keysOf } from "./invalidation.ts";
import { reads } from "./reads.ts";

const none = { agent: "", state: "", channel: "", from: "", to: "" };
const now = Date.parse("2026-01-10T12:00:00.000Z");
const queryClient = new QueryClient();
const trpc = createTRPCOptionsProxy<AppRouter>({ client: createTRPCClient<AppRouter>({ links: [] }), queryClient });
const kept = {
  list: reads.messages(trpc, none, "").queryKey,
  held: reads.heldMessages(trpc).queryKey,
  undelivered: reads.undelivered(trpc, now).queryKey,
  thread: reads.thread(trpc, 7, "").queryKey,
  recipients: reads.recipients(trpc, "tag:docs").queryKey,
};

/** Which of the reads of messages an event makes old. */
async function oldAfter(type: "agent" | "message", id: string): Promise<string[]> {
  for (const queryKey of Object.values(kept)) queryClient.setQueryData(queryKey as readonly unknown[], {});
  for (const queryKey of keysOf(trpc, { type, id })) await queryClient.invalidateQueries({ queryKey });
  return Object.entries(kept)
    .filter(([, queryKey]) => queryClient.getQueryState(queryKey)?.isInvalidated)
    .map(([name]) => name);
}

test("[CON-57] [CON-64] an agent's change makes old what depends on its state, and no list of messages", async () => {
  expect(await oldAfter("agent", "shell-aaaaaa")).toEqual(["undelivered", "thread", "recipients"]);
});

test("[CON-57] a message's change makes every read of messages old", async () => {
  expect(await oldAfter("message", "7")).toEqual(Object.keys(kept));
});

test("[CON-17] what was not delivered is asked for as long as a person is asked, and is one read all day long", () => {
  const inputAt = (time: number) => reads.undelivered(trpc, time).queryKey[1]?.input as { since?: string } | undefined;
  const sinceAt = (time: number) => inputAt(time)?.since;
  expect(sinceAt(now)).toBe("2026-01-08T00:00:00.000Z");
  const day = [0, 1, 11.9].map((hours) => sinceAt(now + hours * 3_600_000));
  expect(new Set(day).size).toBe(1);
});
