import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scene } from "../../test/scene.ts";
import { currentFile } from "../logs/files.ts";
import { sessionLog } from "../sessions/output.ts";
import { exactly, tmux } from "../tmux/tmux.ts";
import { until } from "../until.ts";
import { createScreen } from "./screen.ts";

test("[HST-54] a screen that could not be seen is asked for again at the next look", async () => {
  await using host = await scene();
  writeFileSync(currentFile(sessionLog(host.path)), "one");
  const look = createScreen({ tmux: host.tmux, sessionName: "sb-cmd_test", dir: host.path });
  expect(await look()).toBe(null);
  await host.session("echo here; exec cat");
  // A second pair of eyes says when the text is there; the log stands still meanwhile.
  const fresh = createScreen({ tmux: host.tmux, sessionName: "sb-cmd_test", dir: join(host.path, "none") });
  expect(await until(async () => ((await fresh()) ?? []).includes("here"), { withinMs: 10_000 })).toBe(true);
  expect(await look()).toContain("here");
});

test("[HST-54] the screen is asked of tmux when the log has grown, and now and then where it cannot", async () => {
  await using host = await scene();
  const sessionName = await host.session("cat");
  const log = currentFile(sessionLog(host.path));
  writeFileSync(log, "one");
  const look = createScreen({ tmux: host.tmux, sessionName, dir: host.path });
  await look();
  await tmux(host.tmux, ["send-keys", "-t", exactly(sessionName), "-l", "typed"]);
  // A second pair of eyes says when the text is there.
  const fresh = () => createScreen({ tmux: host.tmux, sessionName, dir: join(host.path, "none") })();
  expect(await until(async () => ((await fresh()) ?? []).includes("typed"), { withinMs: 10_000 })).toBe(true);
  expect(await look()).not.toContain("typed");
  writeFileSync(log, "one more");
  expect(await look()).toContain("typed");
  await tmux(host.tmux, ["send-keys", "-t", exactly(sessionName), "-l", "again"]);
  expect(await until(async () => ((await fresh()) ?? []).includes("typedagain"), { withinMs: 10_000 })).toBe(true);
  const looks = [];
  for (let n = 0; n < 11; n += 1) looks.push((await look())?.includes("typedagain"));
  expect(looks).toEqual([...Array.from({ length: 10 }, () => false), true]);
});
