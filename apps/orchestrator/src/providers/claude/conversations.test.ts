import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporary } from "../../../test/scene.ts";
import { holds, isConversation } from "./conversations.ts";

const id = "6ba222ef-d990-416c-9af8-1f974882d49e";

/** A settings folder that has kept the conversation of a directory, under the name that the program gives it. */
function kept(settings: string, folder: string, text = "{}\n") {
  const dir = join(settings, "projects", folder);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, `${id}.jsonl`), text);
}

test("[HST-60] claude: a conversation is held where it was kept for this directory, also of a rig and behind a link", async () => {
  using dir = temporary("claude.home_");
  const [home, rig, work, link] = ["home", "rig", "work", "link"].map((name) => join(dir.path, name)) as string[];
  mkdirSync(work as string);
  symlinkSync(work as string, link as string);
  const folder = (work as string).replace(/[^a-zA-Z0-9]/g, "-");
  kept(join(home as string, ".claude"), folder);
  const env = { HOME: home as string };
  expect(await holds(id, work as string, env)).toBe(true);
  expect(await holds(id, link as string, env)).toBe(true);
  expect(await holds(id, dir.path, env)).toBe(false);
  expect(await holds(id.replace("6", "7"), work as string, env)).toBe(false);
  expect(await holds(id, work as string, { ...env, CLAUDE_CONFIG_DIR: rig as string })).toBe(false);
  kept(rig as string, folder, "");
  expect(await holds(id, work as string, { ...env, CLAUDE_CONFIG_DIR: rig as string })).toBe(false);
  kept(rig as string, folder);
  expect(await holds(id, work as string, { ...env, CLAUDE_CONFIG_DIR: rig as string })).toBe(true);
});

test("[HST-60] claude: a directory with a long name is found under its cut name", async () => {
  using dir = temporary();
  const work = join(dir.path, "a".repeat(120), "b".repeat(120));
  mkdirSync(work, { recursive: true });
  kept(dir.path, `${work.replace(/[^a-zA-Z0-9]/g, "-").slice(0, 200)}-x1y2z3`);
  expect(await holds(id, work, { CLAUDE_CONFIG_DIR: dir.path })).toBe(true);
});

test.each(["", "../../etc/passwd", `${id}/..`, `-${id}`, ` ${id}`, null, 7])("%j is no conversation", async (name) => {
  expect(isConversation(name)).toBe(false);
  expect(await holds(String(name), "/", { HOME: "/" })).toBe(false);
});
