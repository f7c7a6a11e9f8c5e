import { expect, test } from "vitest";
import { hostReason, hostSignal, narrowed, startCommand, versionGap } from "./host-words.ts";
import type { Host } from "./types.ts";

const now = Date.parse("2026-01-02T12:00:00.000Z");
const draining = { since: "2026-01-02T11:00:00.000Z", by: "Ada", deadlineAt: null, overdue: false, staying: [] };
const host = (id: string, part: Partial<Host> = {}): Host =>
  ({
    id,
    hostname: `${id}.local`,
    state: "online",
    draining: null,
    liveSessions: 0,
    unknownSessions: [],
    providers: [{ provider: "shell", available: true }],
    labels: [],
    baseDir: "/work",
    version: "0.1.0",
    protocolVersion: 1,
    ...part,
  }) as Partial<Host> as Host;

test("[CON-36] hosts are narrowed by state and by a part of what names them", () => {
  const hosts = [
    host("a", { labels: ["GPU"] }),
    host("b", { state: "offline" }),
    host("c", { draining: { ...draining, overdue: true } }),
    host("d", { providers: [{ provider: "shell", available: false }] as Host["providers"] }),
  ];
  const ids = (...given: [Parameters<typeof narrowed>[1], string]) => narrowed(hosts, ...given).map(({ id }) => id);
  expect(ids("all", "")).toEqual(["a", "b", "c", "d"]);
  expect(ids("online", "")).toEqual(["a", "c", "d"]);
  expect(ids("away", "")).toEqual(["b"]);
  expect(ids("draining", "")).toEqual(["c"]);
  expect(ids("attention", "")).toEqual(["b", "c", "d"]);
  expect(ids("all", "gpu")).toEqual(["a"]);
  expect(ids("online", "b.local")).toEqual([]);
});

test("[CON-36, HST-37] a host says whether it is there, whether it takes agents, and why not", () => {
  expect([hostSignal(host("a")).word, hostReason(host("a"), now)]).toEqual(["Online", null]);
  const gone = host("a", { state: "offline", draining });
  expect([hostSignal(gone).word, hostReason(gone, now)]).toEqual(["Offline", "it is not connected"]);
  const full = host("a", { draining, liveSessions: 2 });
  expect([hostSignal(full).word, hostReason(full, now)]).toEqual([
    "Draining",
    "takes no new agent; 2 agents still there",
  ]);
  const until = host("a", { draining: { ...draining, deadlineAt: "2026-01-02T12:30:00.000Z" } });
  expect(hostReason(until, now)).toBe("deadline in 30 minutes; empty");
  const late = { ...draining, deadlineAt: "2026-01-02T11:30:00.000Z", overdue: true };
  expect(hostReason(host("a", { draining: late, liveSessions: 1 }), now)).toBe(
    "past its deadline; 1 agent still there",
  );
});

test("[CON-36] a version is set against the relay's only where they differ", () => {
  const relay = { version: "0.1.0", protocolVersion: 1 };
  expect(versionGap({ version: "0.1.0", protocolVersion: 1 }, relay)).toBeNull();
  expect(versionGap({ version: "0.0.9", protocolVersion: 0 }, relay)).toBe(
    "the relay is 0.1.0, protocol 0 (the relay's is 1)",
  );
});

test("[CON-37] the command to start a host is one that a shell takes as it is", () => {
  const given = { relay: "https://relay.example", token: "sbx_tok_1", id: "build-2", baseDir: "~/my agents" };
  expect(startCommand(given)).toBe(
    "npm run orchestrator -- --relay https://relay.example \\\n  --token sbx_tok_1 \\\n  --id build-2 --base-dir '~/my agents'",
  );
});
