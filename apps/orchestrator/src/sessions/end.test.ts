import { expect, test } from "vitest";
import { scene } from "../../test/scene.ts";
import { listSessions } from "../tmux/sessions.ts";
import { until } from "../until.ts";
import { endLeft, endSession } from "./end.ts";
import { allProcesses, straysOf } from "./processes.ts";

test("[HST-24] [SPN-56] ending one session of an agent leaves another session of the same agent alone", async () => {
  await using host = await scene();
  const agentId = "shell-test";
  // What was started in a session bears its agent's name, also where it has left the session's tree.
  const script = `export SIGNALBOX_AGENT_ID=${agentId}; env sleep 60`;
  for (const name of ["sb-cmd_old", "sb-cmd_new"]) await host.session(script, name);
  const named = async () => (await straysOf(agentId, await allProcesses())).length;
  expect(await until(async () => (await named()) === 2, { withinMs: 10_000 })).toBe(true);
  const dir = host.sessions.dirOf("cmd_old");
  expect(await endSession({ tmux: host.tmux, sessionName: "sb-cmd_old", agentId, dir, graceSeconds: 0 })).toBe(true);
  expect([(await listSessions(host.tmux)).map(({ name }) => name), await named()]).toEqual([["sb-cmd_new"], 1]);
});

test("[HST-24] what has left a session that is gone is ended, also where it does not listen", async () => {
  await using host = await scene();
  const agentId = "shell-left";
  const daemon = "(trap '' TERM HUP; exec sleep 60)";
  await host.session(
    `export SIGNALBOX_AGENT_ID=${agentId}; (setsid bash -c "${daemon}" &); exec sleep 60`,
    "sb-cmd_left",
  );
  const named = async () => (await straysOf(agentId, await allProcesses())).length;
  expect(await until(async () => (await named()) >= 2, { withinMs: 10_000 })).toBe(true);
  const [session] = await listSessions(host.tmux);
  process.kill(session?.pid ?? 0, "SIGKILL");
  expect(await until(async () => (await listSessions(host.tmux)).length === 0, { withinMs: 10_000 })).toBe(true);
  expect(await named()).toBeGreaterThan(0);
  await endLeft({ tmux: host.tmux, sessionName: "sb-cmd_left", agentId });
  expect(await named()).toBe(0);
});
