import { expect, test } from "vitest";
import type { TmuxSession } from "../tmux/sessions.ts";
import { belonging } from "./processes.ts";
import type { SessionRecord } from "./record.ts";
import { viewOf } from "./rules.ts";

const at = new Date("2026-01-01T00:00:00.000Z");
const session = (name: string, agentId: string | null = null, commandId: string | null = null): TmuxSession => ({
  name,
  createdAt: at,
  pid: 1,
  piped: true,
  agentId,
  commandId,
});
const record = (commandId: string) =>
  ({ agentId: `agent-${commandId}`, commandId, sessionName: `sb-${commandId}`, startedAt: "then" }) as SessionRecord;

test("[HST-18] tmux or the directory alone is enough to know a session as the same agent", () => {
  const view = viewOf([session("sb-1"), session("sb-2", "agent-2", "2")], [record("1")]);
  expect(view.live).toEqual([
    { agentId: "agent-1", commandId: "1", sessionName: "sb-1", startedAt: "then", piped: true, record: record("1") },
    { agentId: "agent-2", commandId: "2", sessionName: "sb-2", startedAt: at.toISOString(), piped: true, record: null },
  ]);
  expect([view.ended, view.unknown]).toEqual([[], []]);
});

test("[HST-20] [HST-21] a directory without session has ended; a session of nobody is unknown", () => {
  const view = viewOf([session("by hand")], [record("1")]);
  expect(view.ended).toEqual([record("1")]);
  expect(view.unknown).toEqual([{ sessionName: "by hand", startedAt: at.toISOString() }]);
});

test("[HST-24] a session's processes are its descendants and its session's members, not the root", () => {
  const processes = [
    { pid: 10, parent: 1, session: 10 },
    { pid: 11, parent: 10, session: 10 },
    { pid: 12, parent: 11, session: 12 },
    { pid: 13, parent: 1, session: 10 },
    { pid: 14, parent: 12, session: 12 },
    { pid: 20, parent: 1, session: 20 },
  ];
  expect(belonging(processes, 10).sort()).toEqual([11, 12, 13, 14]);
});
