import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TerminalChunk } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { scene } from "../../test/scene.ts";
import { screen } from "../../test/screen.ts";
import { tmux } from "../tmux/tmux.ts";
import { until } from "../until.ts";
import { createTerminals, type Terminals } from "./terminals.ts";

const read = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : "");
const soon = { withinMs: 10_000, everyMs: 20 };
const exitOf = async () => ({ code: 0, reason: "exited with code 0" });

/** Looks at a session the way a browser does. */
async function watch(terminals: Terminals, name: string, requestId = "req_1") {
  const chunks: TerminalChunk[] = [];
  const view = screen();
  await terminals.open(requestId, name, async (chunk) => {
    chunks.push(chunk);
    view.show(chunk);
    return true;
  });
  const shows = (text: string) => until(async () => (await view.lines()).join("\n").includes(text), soon);
  return { ...view, chunks, shows };
}

test("[HST-42] the snapshot restores scrollback, screen, colours and cursor", async () => {
  await using host = await scene();
  const name = await host.session("seq 1 60; printf '\\033[31mred \\033[1;4mstrong\\033[0m plain é€漢 > '; sleep 60");
  const terminals = createTerminals({ tmux: host.tmux, exitOf });
  expect(await until(() => read(join(host.path, `${name}.log`)).includes("> "), soon)).toBe(true);
  const view = await watch(terminals, name);
  expect(await view.shows("plain é€漢 >")).toBe(true);

  const { stdout } = await tmux(host.tmux, ["display-message", "-p", "-t", `=${name}:`, "#{cursor_x} #{cursor_y}"]);
  const { x, y } = view.cursor();
  expect(`${x} ${y}`).toBe(stdout.trim());
  expect((await view.lines()).filter((line) => line).slice(0, 60)).toEqual(
    Array.from({ length: 60 }, (_, i) => `${i + 1}`),
  );
  const row = view.terminal.buffer.active.getLine(view.terminal.buffer.active.baseY + y);
  expect([row?.getCell(0)?.getFgColor(), row?.getCell(0)?.isBold()]).toEqual([1, 0]);
  expect([row?.getCell(5)?.isBold() !== 0, row?.getCell(5)?.isUnderline() !== 0]).toEqual([true, true]);
  expect(row?.getCell(12)?.isFgDefault()).toBe(true);
  terminals.closeAll();
});

test("[HST-42] every later byte comes once and in order, wherever the snapshot cuts in", async () => {
  await using host = await scene();
  const name = await host.session("for i in $(seq 1 3000); do echo row-$i-漢; done; echo finished; sleep 60");
  const terminals = createTerminals({ tmux: host.tmux, exitOf });
  const view = await watch(terminals, name);
  expect(await view.shows("finished")).toBe(true);
  const numbers = (await view.lines()).flatMap((line) => line.match(/^row-(\d+)-漢$/)?.[1] ?? []).map(Number);
  expect(numbers.length).toBeGreaterThan(1000);
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, i) => 3001 - numbers.length + i));
  terminals.closeAll();
});

test("[HST-42] a program on the alternate screen is shown, and what lay below it comes back", async () => {
  await using host = await scene();
  const name = await host.session(
    "echo below; printf '\\033[?1049h\\033[5;10Habove'; read -r; printf '\\033[?1049l'; echo after; sleep 60",
  );
  const terminals = createTerminals({ tmux: host.tmux, exitOf });
  expect(await until(() => read(join(host.path, `${name}.log`)).includes("above"), soon)).toBe(true);
  const view = await watch(terminals, name);
  expect(await view.shows("above")).toBe(true);
  expect(view.terminal.buffer.active.type).toBe("alternate");
  expect((await view.visible())[4]).toBe("         above");
  await terminals.input(name, "\r");
  expect(await view.shows("after")).toBe(true);
  expect((await view.visible()).slice(0, 2)).toEqual(["below", "after"]);
  terminals.closeAll();
});

test("[HST-44] typed text and control keys arrive exactly", async () => {
  await using host = await scene();
  const name = await host.session("stty raw -echo; echo ready; exec cat > typed");
  const terminals = createTerminals({ tmux: host.tmux, exitOf });
  const view = await watch(terminals, name);
  expect(await view.shows("ready")).toBe(true);
  const text = `é€漢👩‍🚀 'quoted' ; "x" \\ #{pane_id} $HOME ~ ${String.fromCharCode(...Array.from({ length: 32 }, (_, i) => i))}\x7f\x1b[A`;
  const long = "ab漢".repeat(2000);
  await terminals.input(name, text);
  await terminals.input(name, long);
  const typed = () => read(join(host.path, "typed"));
  expect(await until(() => typed().length >= (text + long).length, soon)).toBe(true);
  expect(typed()).toBe(text + long);
  terminals.closeAll();
});

test("[HST-44] the last size wins, within bounds, and every viewer is told", async () => {
  await using host = await scene();
  const name = await host.session("trap 'stty size' WINCH; echo ready; while :; do sleep 0.1; done");
  const terminals = createTerminals({ tmux: host.tmux, exitOf });
  const [one, two] = [await watch(terminals, name, "req_1"), await watch(terminals, name, "req_2")];
  expect((await one.shows("ready")) && (await two.shows("ready"))).toBe(true);
  expect(one.chunks[0]).toMatchObject({ type: "snapshot", cols: 120, rows: 32, resync: false });
  await terminals.resize(name, { cols: 100, rows: 40 });
  expect((await one.shows("40 100")) && (await two.shows("40 100"))).toBe(true);
  expect(two.chunks).toContainEqual({ type: "resize", cols: 100, rows: 40 });
  await terminals.resize(name, { cols: 5, rows: 900 });
  expect(await one.shows("200 20")).toBe(true);
  terminals.closeAll();
});

test("[HST-47] the end of the session is said and closes the view", async () => {
  await using host = await scene();
  const name = await host.session("read -r; echo bye");
  const terminals = createTerminals({ tmux: host.tmux, exitOf });
  const view = await watch(terminals, name);
  expect(await until(() => view.chunks.length > 0, soon)).toBe(true);
  await terminals.input(name, "\r");
  expect(await until(() => view.chunks.at(-1)?.type === "exit", soon)).toBe(true);
  expect(view.chunks.at(-1)).toEqual({ type: "exit", code: 0, reason: "exited with code 0" });
  await expect(watch(terminals, name)).rejects.toThrow("has ended");
});

test("[HST-43] a viewer that is too far behind gets a new screen, and the other misses nothing", async () => {
  await using host = await scene();
  const name = await host.session("read -r; head -c 3000000 /dev/zero | tr '\\0' x; echo; echo finished; sleep 60");
  const terminals = createTerminals({ tmux: host.tmux, exitOf });
  let release = () => {};
  const slow: TerminalChunk[] = [];
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await terminals.open("req_slow", name, async (chunk) => {
    slow.push(chunk);
    if (slow.length === 2) await held;
    return true;
  });
  const quick = await watch(terminals, name, "req_quick");
  expect(await until(() => slow.length === 1 && quick.chunks.length === 1, soon)).toBe(true);
  await terminals.input(name, "\r");
  expect(await quick.shows("finished")).toBe(true);
  expect(quick.chunks.filter(({ type }) => type === "snapshot")).toHaveLength(1);
  const bytes = quick.chunks.flatMap((chunk) => (chunk.type === "output" ? [Buffer.from(chunk.data, "base64")] : []));
  expect(Buffer.concat(bytes).toString("latin1").match(/x/g)).toHaveLength(3_000_000);

  release();
  expect(await until(() => slow.at(-1)?.type === "snapshot", soon)).toBe(true);
  expect(slow.at(-1)).toMatchObject({ type: "snapshot", resync: true });
  const restored = screen();
  restored.show(slow.at(-1) as TerminalChunk);
  expect((await restored.lines()).join("\n")).toContain("finished");
  terminals.closeAll();
});

test("[HST-46] leaving ends nothing, and nobody is attached any more", async () => {
  await using host = await scene();
  const name = await host.session("sleep 60");
  const terminals = createTerminals({ tmux: host.tmux, exitOf });
  const view = await watch(terminals, name);
  expect(await until(() => view.chunks.length > 0, soon)).toBe(true);
  terminals.close("req_1");
  const clients = async () => (await tmux(host.tmux, ["list-clients"])).stdout;
  expect(await until(async () => (await clients()) === "", soon)).toBe(true);
  expect((await tmux(host.tmux, ["has-session", "-t", `=${name}`])).code).toBe(0);
});
