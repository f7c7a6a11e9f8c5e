import { setTimeout as delay } from "node:timers/promises";
import { pauseMs } from "./backoff.ts";
import { type Answer, forward, type Target } from "./forward.ts";
import { isObject, parse } from "./messages.ts";

/**
 * What became of a call: `given` to whoever made it; the relay stayed `away`; it was `lost` on the way, perhaps carried out,
 * and would act a second time; or whoever made it has `left`.
 */
export type End = "given" | "away" | "lost" | "left";

/** A try that lasted longer than this was being served: the relay was there until its end. */
const servedMs = 15_000;

/** Somebody waits for the answer, so the pauses between tries stay short: about 2 s. */
const longestPause = 3;

/** Tools that know by its key what was asked before (MSG-36). */
const keyed = new Set(["relay_send_message", "relay_reply"]);

/** Other tools that would act a second time: never called again when it is not known whether the first call was carried out. */
const once = new Set(["relay_spawn_agent", "relay_summon", "relay_upload_artifact"]);

/** Whether a repetition of this body's call would act a second time. */
function actsAgain(body: Buffer): boolean {
  const { params } = parse(body.toString("utf8"));
  if (!isObject(params)) return false;
  const name = String(params.name);
  const given = isObject(params.arguments) ? params.arguments : {};
  return keyed.has(name) ? typeof given.idempotencyKey !== "string" : once.has(name);
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
  /** Hands the answer on; false when it broke off before its end. */
  give(answer: Answer): boolean | Promise<boolean>;
  /** Called before each pause. */
  onPause?(): void;
}

/** Makes a call, again and again with growing pauses while the relay is away or the host that it needs (HST-17, MCP-47). */
export async function callPatiently(call: Call, target: Target, ways: Ways): Promise<End> {
  const { patienceMs, signal, give } = ways;
  let awaySince = performance.now();
  let repeated = false;
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    const since = performance.now();
    const tried = await forward({ ...call, repeated }, target, signal);
    if (tried.status !== null && !tried.passing && (await give(tried))) return "given";
    if (signal.aborted) break;
    // Nothing of an answer that says "not now" was done; any other that is not given has broken off.
    repeated ||= tried.status === null ? tried.lost : !tried.passing;
    if (repeated && actsAgain(call.body)) return "lost";
    if (performance.now() - since > servedMs) {
      awaySince = performance.now();
      attempt = 0;
    }
    const pause = pauseMs(Math.min(attempt, longestPause), Math.random);
    if (performance.now() + pause > awaySince + patienceMs) {
      // The relay's own words say best what it lacks.
      if (tried.status === 200 && tried.passing) await give(tried);
      return tried.status === 200 && tried.passing ? "given" : "away";
    }
    ways.onPause?.();
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
  return "left";
}
