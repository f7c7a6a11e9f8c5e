import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scene } from "../../test/scene.ts";
import { makeGit } from "../git/index.ts";
import { createTerminals } from "../terminals/terminals.ts";
import { until } from "../until.ts";
import { createRequestHandlers } from "./handlers.ts";

test("[HST-42] keys that come right after one another, also before the terminal is open, are typed in that order and noted", async () => {
  await using host = await scene();
  const out = join(host.path, "typed");
  const up = join(host.path, "up");
  const sessionName = await host.session(
    `stty -icanon -echo; touch ${up}; while IFS= read -r -d '' -n 1 c; do printf '%s' "$c" >> ${out}; done`,
  );
  expect(await until(() => existsSync(up), { withinMs: 10_000 })).toBe(true);
  const dir = host.sessions.dirNamed(sessionName);
  mkdirSync(dir, { recursive: true });
  const terminals = createTerminals({ tmux: host.tmux, exitOf: async () => ({ code: 0, reason: "exited" }) });
  const handlers = createRequestHandlers({
    baseDir: host.path,
    worktreesDir: host.paths.worktrees,
    git: makeGit(host.env),
    terminals,
    sessions: host.sessions,
    daemonLog: { dir: host.path, name: "daemon" },
  });
  const keys = Array.from({ length: 300 }, (_, n) => String.fromCharCode(97 + (n % 26)));
  await Promise.all(keys.map((data) => handlers["terminal.input"]({ type: "terminal.input", sessionName, data })));
  const typed = () => (existsSync(out) ? readFileSync(out, "utf8") : "");
  expect(await until(() => typed().length >= keys.length, { withinMs: 20_000 })).toBe(true);
  expect(typed()).toBe(keys.join(""));
  expect(Date.now() - statSync(join(dir, "keys")).mtimeMs).toBeLessThan(60_000);
  terminals.closeAll();
});
