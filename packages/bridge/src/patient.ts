import { setTimeout as delay } from "node:timers/promises";
import { pauseMs } from "./backoff.ts";
import { type Answer, forward, type Target } from "./forward.ts";
import { isObject, parse } from "./messages.ts";
import { awayFrom, lostOnTheWay, type NoAnswer } from "./no-answer.ts";
import type { Told } from "./stream.ts";

/** What became of a call: `given` to whoever made it, who may also have `left`; or why there is no answer. */
export type End = "given" | "left" | NoAnswer;

/** A try that lasted longer than this was being served: the relay was there until its end. */
const servedMs = 15_000;

/** Somebody waits for the answer, so the pauses between tries stay short: about 2 s. */
const longestPause = 3;

/** Tools that would act a second time, and by which argument they know what was asked before (MSG-36, SPN-08); null: by none. */
const keyOf = new Map<string, string | null>([
  ["relay_send_message", "idempotencyKey"],
  ["relay_reply", "idempotencyKey"],
  ["relay_spawn_agent", "spawnRequestId"],
  ["relay_summon", null],
  ["relay_upload_artifact", null],
]);

/** Whether a repetition of this body's call would act a second time: it is never made again when it may have been carried out. */
function actsAgain(body: Buffer): boolean {
  const { params } = parse(body.toString("utf8"));
  if (!isObject(params)) return false;
  const key = keyOf.get(String(params.name));
  const given = isObject(params.arguments) ? params.arguments : {};
  return key === null || (key !== undefined && typeof given[key] !== "string");
}

interface Call {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

interface Ways {
  /** How long the relay, or a host behind it, may be away, in milliseconds. */
  patienceMs: number;
  /** Aborted when whoever made the call has left. */
  signal: AbortSignal;
  /** Hands the answer on; false when it broke off before its end, or said only then that the call cannot be served now. */
  give(answer: Answer): boolean | Promise<boolean>;
  /** Called before each pause. */
  onPause?(): void;
}

/** Makes a call, again and again with growing pauses while the relay is away or the host that it needs (HST-17, MCP-47). */
export async function callPatiently(call: Call, target: Target, ways: Ways): Promise<End> {
  const { patienceMs, signal, give } = ways;
  const told: Told = { progress: -1 };
  let awaySince = performance.now();
  let repeated = false;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const since = performance.now();
    const tried = await forward({ ...call, repeated, told }, target, signal);
    const begun = tried.status !== null && !tried.notNow();
    if (begun && (await give(tried))) return "given";
    if (signal.aborted) break;
    const notNow = tried.status === null ? null : tried.notNow();
    if (begun && notNow && actsAgain(call.body)) {
      // It has waited for what it began: only whoever asked can tell whether it is to begin again.
      await give(notNow);
      return "given";
    }
    // Nothing of an answer that says "not now" was done; any other that is not given has broken off.
    repeated ||= tried.status === null ? tried.lost : !notNow;
    const why = tried.status === null ? tried.why : notNow ? `it answered ${tried.status}` : "its answer broke off";
    if (repeated && actsAgain(call.body)) return lostOnTheWay(why);
    if (performance.now() - since > servedMs) {
      awaySince = performance.now();
      attempt = 0;
    }
    const pause = pauseMs(Math.min(attempt, longestPause), Math.random);
    if (performance.now() + pause > awaySince + patienceMs) {
      // The relay's own words say best what it lacks.
      if (notNow?.status !== 200) return awayFrom(target.relay, why);
      await give(notNow);
      return "given";
    }
    ways.onPause?.();
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
  return "left";
}
