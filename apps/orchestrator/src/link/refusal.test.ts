import type { Problem } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { olderProtocol, pauseAfter } from "./refusal.ts";

const conflict: Problem = { code: "Conflict", message: "no", next: "wait", requestId: "req_1" };
const protocol = (...protocolVersions: number[]): Problem => ({ ...conflict, protocolVersions });

test("[HST-03, HST-05] a refused host waits 5 s, and 60 s where somebody must upgrade first", () => {
  expect(pauseAfter(conflict)).toBe(5_000);
  expect(pauseAfter(protocol(3, 2))).toBe(60_000);
  expect(pauseAfter(null)).toBeNull();
});

test("[HST-04] only a host that is too new goes back, by one, and only to what the relay speaks", () => {
  expect(olderProtocol(4, protocol(3, 2))).toBe(3);
  expect(olderProtocol(5, protocol(3, 2))).toBeNull();
  expect(olderProtocol(1, protocol(3, 2))).toBeNull();
  expect(olderProtocol(3, protocol(3, 2))).toBeNull();
  expect(olderProtocol(4, conflict)).toBeNull();
  expect(olderProtocol(4, null)).toBeNull();
});
