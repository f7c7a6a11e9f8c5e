import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scene } from "../../test/scene.ts";
import { tmux } from "../tmux/tmux.ts";
import { until } from "../until.ts";
import { harmless, submit } from "./typing.ts";

test("[MSG-51] nothing that a terminal would obey is typed", () => {
  expect(harmless("a\x1b[31mb\x1b[0m\x1b[201~\x07c\r\nd\te\u009b31mf\x7f")).toBe("abc\nd\tef");
});

test("[MSG-49] text is one bracketed paste and then Enter, also of many lines; nothing of it stays", async () => {
  await using host = await scene();
  const out = join(host.path, "typed");
  // A program that asks for bracketed paste, shows what it gets, and writes it down byte by byte until Enter.
  const script = `printf '\\033[?2004h> '; stty -icanon -echo min 1; touch ${host.path}/up
while IFS= read -r -d '' -n 1 c; do printf '%s' "$c" >> ${out}; printf '%s' "$c" | tr -d '\\033'; done`;
  const sessionName = await host.session(script);
  expect(await until(() => existsSync(join(host.path, "up")), { withinMs: 10_000 })).toBe(true);
  await submit("first größe\n-second 🙂\x1b[201~", { tmux: host.tmux, sessionName, dir: host.path });
  const typed = () => (existsSync(out) ? readFileSync(out, "utf8") : "");
  expect(await until(() => /~[\r\n]$/.test(typed()), { withinMs: 10_000 })).toBe(true);
  const [start, end] = ["\x1b[200~", "\x1b[201~"];
  expect(typed().replaceAll("\r", "\n")).toBe(`${start}first größe\n-second 🙂${end}\n`);
  expect(readdirSync(host.path).includes("paste")).toBe(false);
  await expect(submit("x", { tmux: host.tmux, sessionName: "sb-none", dir: host.path })).rejects.toThrow(
    /sb-none|find/,
  );
});

test("[MSG-48] a check before the paste and one before Enter see the screen, and stop it there", async () => {
  await using host = await scene();
  const out = join(host.path, "typed");
  const script = `stty -icanon; touch ${host.path}/up; while IFS= read -r -d '' -n 1 c; do printf '%s' "$c" >> ${out}; done`;
  const sessionName = await host.session(script);
  expect(await until(() => existsSync(join(host.path, "up")), { withinMs: 10_000 })).toBe(true);
  const typed = () => (existsSync(out) ? readFileSync(out, "utf8") : "");
  const where = { tmux: host.tmux, sessionName, dir: host.path };
  expect(await submit("never", where, { mayPaste: async (screen) => screen.includes("no such line") })).toBe("nothing");
  const unwritable = submit("never", where, { mayPaste: () => Promise.reject(new Error("ENOSPC")) });
  await expect(unwritable).rejects.toThrow("ENOSPC");
  expect((await tmux(host.tmux, ["list-buffers"])).stdout).toBe("");
  const mayEnter = (screen: string[], before: string[]) => screen.includes("pasted") === before.includes("pasted");
  expect(await submit("pasted", where, { mayEnter })).toBe("pasted");
  expect(await submit("!", where)).toBe("submitted");
  expect(await until(() => /[\r\n]$/.test(typed()), { withinMs: 10_000 })).toBe(true);
  expect(typed().trimEnd()).toBe("pasted!");
  const buffers = await tmux(host.tmux, ["list-buffers"]);
  expect(buffers.stdout).toBe("");
});
