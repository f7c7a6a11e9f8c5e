import { openMailJournal } from "../../apps/orchestrator/src/runner/mail-journal.ts";
import { rungs } from "../../packages/api/src/contracts/rungs.ts";
import type { Broken } from "../lib/broken.ts";
import { linesFile, type Shown } from "./plan.ts";
import type { Talk } from "./world.ts";

/** What is promised, checked on what each session's program was given, not on what a runner says. */
export const promises = ["crashed", "lost", "shownTwice", "claimsTooMuch", "stuck"];

/** Relay and processes with sessions that ended though nobody killed them, since the last look. */
export function crashesOf({ relay, sessions }: Pick<Talk, "relay" | "sessions">): Broken[] {
  const named = [["relay", relay] as const, ...sessions.map((one, at) => [`sessions ${at}`, one] as const)];
  return named.flatMap(([name, kept]) =>
    kept.failures().map((seen) => ({ promise: "crashed", seen: `${name} ${seen}` })),
  );
}

interface Receipts {
  broken: Broken[];
  /** How many receipts stand on each rung. */
  onRung: Record<string, number>;
  total: number;
}

/**
 * Whether a message was typed into this agent's session, or written down to be by a runner that was killed before it
 * could: nobody knows that, so it is never typed again, and nothing is claimed (MSG-46).
 */
async function begunBy(talk: Talk): Promise<(agentId: string, messageId: number) => boolean> {
  const journals = await Promise.all(
    talk.agents.map(async (one) => [one.agentId, await openMailJournal(one.dir)] as const),
  );
  const known = new Map(journals);
  return (agentId, messageId) => known.get(agentId)?.begun(messageId) ?? false;
}

/** How often each message was typed, entered and read in a session. */
function givenTo(talk: Talk) {
  return new Map(
    talk.agents.map((agent) => {
      const counts = {
        typed: new Map<number, number>(),
        entered: new Map<number, number>(),
        turn: new Map<number, number>(),
      };
      for (const { step, ids } of linesFile<Shown>(agent, "shown").read())
        for (const id of ids) counts[step].set(id, (counts[step].get(id) ?? 0) + 1);
      return [agent.agentId, counts];
    }),
  );
}

/** Compares every receipt with the sessions' transcripts; call it once nothing is under way. */
export async function checkReceipts(talk: Talk): Promise<Receipts> {
  const broken: Broken[] = [];
  const onRung = Object.fromEntries(rungs.map((rung) => [rung, 0]));
  const given = givenTo(talk);
  const begun = await begunBy(talk);
  const known = new Set<number>();
  for (const [agentId, { typed }] of given)
    for (const [id, times] of typed)
      if (times > 1) broken.push({ promise: "shownTwice", seen: `${id} ${times} times in ${agentId}` });
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await talk.admin.messages.list.query({ limit: 200, ...(cursor ? { cursor } : {}) });
    cursor = page.nextCursor;
    for (const { id, receipt } of page.messages) {
      known.add(id);
      for (const { agentId, rung, state } of receipt.recipients) {
        onRung[rung] = (onRung[rung] ?? 0) + 1;
        const session = given.get(agentId);
        const [entered, read] = [session?.entered.has(id), session?.turn.has(id)];
        const claims = rungs.indexOf(rung);
        if ((claims >= rungs.indexOf("injected") && !entered) || (claims >= rungs.indexOf("seen") && !read))
          broken.push({ promise: "claimsTooMuch", seen: `${id} is ${rung} at ${agentId}` });
        if (state === "waiting" && !begun(agentId, id))
          broken.push({ promise: "stuck", seen: `${id} is ${rung} at ${agentId}` });
      }
    }
  }
  for (const { messageId } of talk.accepted())
    if (!known.has(messageId)) broken.push({ promise: "lost", seen: String(messageId) });
  return { broken, onRung, total: known.size };
}

/** How many recipients still wait for a message that no runner has begun to type. */
export async function underWay(talk: Talk): Promise<number> {
  const begun = await begunBy(talk);
  let waiting = 0;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await talk.admin.messages.list.query({ state: "waiting", limit: 200, ...(cursor ? { cursor } : {}) });
    cursor = page.nextCursor;
    for (const { id, receipt } of page.messages)
      for (const { agentId, state } of receipt.recipients) if (state === "waiting" && !begun(agentId, id)) waiting += 1;
  }
  return waiting;
}
