import type { Services } from "../context.ts";
import { transact } from "../unit.ts";
import { type Recording, record } from "./record.ts";

interface Denial {
  clientId: string;
  at: number;
  count: number;
  stored: number;
}

/** Refusals of the last minute, so that repeats become one record with a count (IDN-56). */
export interface Denials {
  recent: Map<string, Denial>;
  /** How many different ones each caller has made in the minute that began then. */
  different: Map<string, { at: number; count: number }>;
}

export const createDenials = (): Denials => ({ recent: new Map(), different: new Map() });

/** Most that are told apart at once; under a flood of different ones the oldest are written once more later. */
const size = 1_000;
const repeatMs = 60_000;
/** Different refusals of one caller that are told apart in a minute: whoever invents more must not fill the disk. */
const differentPerMinute = 100;

interface Refused {
  /** Procedure, endpoint or page. */
  what: string;
  /** Actor, token id or address. */
  who: string;
  code: "Unauthenticated" | "Forbidden";
  /** The missing scope or the constraint, as the caller was told. */
  why: string;
  requestId: string;
}

/** The refusal as it is told apart; above the most, all that is left of a caller is one. */
function told(denials: Denials, now: number, given: Refused): Refused {
  if (denials.recent.has(keyOf(given))) return given;
  const last = denials.different.get(given.who);
  const minute = last && now - last.at < repeatMs ? last : { at: now, count: 0 };
  minute.count += 1;
  denials.different.delete(given.who);
  denials.different.set(given.who, minute);
  const oldest = denials.different.keys().next().value;
  if (denials.different.size > size && oldest !== undefined) denials.different.delete(oldest);
  if (minute.count <= differentPerMinute) return given;
  return { ...given, what: "many things", why: `More than ${differentPerMinute} different refusals within a minute` };
}

const keyOf = ({ what, who, why }: Refused) => `${what}\0${who}\0${why}`;

/** Keeps one refusal; a failure to do so is logged and changes no answer. */
export async function noteDenial(services: Recording, given: Refused): Promise<void> {
  const { recent } = services.denials;
  const now = services.clock.now().getTime();
  const { what, who, code, why, requestId } = told(services.denials, now, { ...given, why: given.why.slice(0, 500) });
  const key = keyOf({ what, who, code, why, requestId });
  const known = recent.get(key);
  if (known && now - known.at < repeatMs) {
    known.count += 1;
    return;
  }
  const clientId = `denied:${requestId}`;
  recent.delete(key);
  recent.set(key, { clientId, at: now, count: 1, stored: 1 });
  const oldest = recent.keys().next().value;
  if (recent.size > size && oldest !== undefined) recent.delete(oldest);
  await transact(services, (unit) =>
    record(services, unit, {
      clientId,
      kind: "denied",
      view: "security",
      title: `${who} was refused ${what}`,
      body: why,
      actor: who,
      requestId,
      metadata: { procedure: what, code, why, count: 1 },
    }),
  ).catch((error: unknown) => services.log.error({ err: error, requestId }, "a refusal was not recorded"));
}

/** Writes the counts that have grown since the last time. */
export async function flushDenials(services: Services): Promise<void> {
  const { recent } = services.denials;
  const now = services.clock.now().getTime();
  for (const [key, denial] of recent) {
    if (denial.count > denial.stored) {
      const row = await services.db.client.activity.findUnique({ where: { clientId: denial.clientId } });
      if (row) {
        const metadata = JSON.stringify({ ...JSON.parse(row.metadata), count: denial.count });
        await services.db.client.activity.update({ where: { id: row.id }, data: { metadata } });
        services.bells.publish({ type: "activity", id: row.id });
      }
      denial.stored = denial.count;
    }
    if (now - denial.at >= repeatMs) recent.delete(key);
  }
}
