import { mkdirSync } from "node:fs";
import { expect, test } from "vitest";
import { scene } from "../../test/scene.ts";
import { pipeTo } from "../tmux/sessions.ts";
import { exactly, tmux } from "../tmux/tmux.ts";
import { until } from "../until.ts";
import { linesFromLog, noteInLog, sessionLog } from "./output.ts";

test("[MSG-46] a note stands in a session's log among what the session writes, and nothing of either is lost", async () => {
  await using host = await scene();
  const sessionName = await host.session("stty -echo; exec cat");
  const dir = host.sessions.dirNamed(sessionName);
  mkdirSync(dir, { recursive: true });
  await pipeTo(host.tmux, sessionName, sessionLog(dir));
  const say = (text: string) => tmux(host.tmux, ["send-keys", "-t", exactly(sessionName), text, "Enter"]);
  const has = (text: string) => until(async () => (await linesFromLog(dir)).includes(text), { withinMs: 10_000 });
  await say("before");
  expect(await has("before")).toBe(true);
  await noteInLog(dir, "messages cannot be typed now");
  await say("after");
  expect(await has("after")).toBe(true);
  expect((await linesFromLog(dir)).filter(Boolean).slice(-3)).toEqual([
    "before",
    "[signalbox] messages cannot be typed now",
    "after",
  ]);
});
