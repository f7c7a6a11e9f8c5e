import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../apps/orchestrator/src/link/connection.ts";
import { spawnShell } from "../tests/support/agents.ts";
import { startSignalbox } from "../tests/support/signalbox.ts";
import { until } from "../tests/support/until.ts";
import type { BenchCase, BenchRow } from "./harness.ts";
import { startFloor } from "./lib/floor.ts";
import { quiet } from "./lib/relay.ts";
import { below, latency, percentile, plain, sampleInTurn } from "./lib/samples.ts";
import { openBareScreen, openScreen, type Screen } from "./lib/screens.ts";

/** A shell that says nothing by itself: each line typed runs, each key is echoed. */
const script = "PS1= exec bash --norc --noediting -i";
const lineBytes = 100;
const mebibyte = 1024 * 1024;

/** Types one key and waits until the first viewer has its echo. */
async function echo([screen]: Screen[], n: number): Promise<number> {
  if (!screen) throw new Error("no screen");
  screen.forget();
  // Letters that no escape sequence holds, so that what is found is the echo.
  const key = "GHJKLMNOPQ"[n % 10] as string;
  const from = performance.now();
  screen.type(key);
  const at = await screen.shows(key);
  if (n % 10 === 9) {
    screen.type("\u0015");
  }
  return at - from;
}

interface Shown {
  ms: number;
  /** Share of the file's bytes that the worst viewer got as they were, the rest being replaced by a new snapshot. */
  share: number;
  resyncs: number;
}

/** Prints a file and waits until every viewer has seen its end. */
async function print(screens: Screen[], path: string, bytes: number, n: number): Promise<Shown> {
  for (const screen of screens) screen.forget();
  const end = `end-${n}-of-file`;
  const from = performance.now();
  // The words are put together by the shell, so that the echo of the line is not taken for them.
  screens[0]?.type(`cat ${path}; echo end-${n}-"of"-file\r`);
  const at = await Promise.all(screens.map((screen) => screen.shows(end)));
  const taken = screens.map((screen) => screen.taken());
  return {
    ms: Math.max(...at) - from,
    share: Math.min(...taken.map(({ bytes: got }) => got / bytes)),
    resyncs: Math.max(...taken.map(({ resyncs }) => resyncs)),
  };
}

/** How fast keys and output pass from a session through tmux, its host and the relay to those who look. [HST-42, HST-43] */
const terminal: BenchCase = {
  name: "terminal",
  async run({ quick, log }) {
    const plan = quick
      ? { keys: { times: 20, warmUp: 5 }, prints: 1, mebibytes: 1 }
      : { keys: { times: 300, warmUp: 30 }, prints: 3, mebibytes: 8 };
    await using box = await startSignalbox({ env: quiet });
    const agentId = await spawnShell(box, { cwd: box.machine.baseDir, workspaceMode: "shared", prompt: script });
    const isBusy = async () => (await box.admin.agents.get.query({ agentId })).status === "busy";
    await until("the agent", isBusy, { also: box.output });
    await using floor = await startFloor("pty", { SCRIPT: script });
    const path = join(box.machine.dir, "large.txt");
    const line = `${"0123456789".repeat(lineBytes / 10).slice(1)}\n`;
    const bytes = plan.mebibytes * mebibyte;
    writeFileSync(path, line.repeat(Math.ceil(bytes / lineBytes)).slice(0, bytes));

    const rows: BenchRow[] = [];
    const ours: Screen[] = [];
    const bare: Screen[] = [];
    const name = "bare pty over ws";
    for (const viewers of [1, 5]) {
      while (ours.length < viewers)
        ours.push(await openScreen(connect(new URL(box.relay.url), box.adminToken), agentId));
      while (bare.length < viewers) bare.push(await openBareScreen(floor.url));
      const label = `${viewers} viewer${viewers > 1 ? "s" : ""}`;
      const keys = await sampleInTurn(plan.keys, { ours: (n) => echo(ours, n), bare: (n) => echo(bare, n) });
      rows.push(
        ...latency(`key typed → echo on the screen, ${label}`, keys.ours, { name, values: keys.bare }, [50, 95]),
      );
      for (const [screen] of [ours, bare]) screen?.type("\u0015");

      const shown: Shown[] = [];
      const prints = await sampleInTurn(
        { times: plan.prints, warmUp: 1 },
        {
          async ours(n) {
            const one = await print(ours, path, bytes, n);
            shown.push(one);
            return one.ms;
          },
          bare: async (n) => (await print(bare, path, bytes, n)).ms,
        },
      );
      const rate = (ms: number) => plan.mebibytes / (ms / 1000);
      const floorRate = { name, value: rate(percentile(prints.bare, 0.5)) };
      rows.push(
        below(
          `cat of ${plan.mebibytes} MiB until its end is shown, ${label}`,
          rate(percentile(prints.ours, 0.5)),
          floorRate,
          "MiB/s",
        ),
      );
      const worst = 100 * Math.min(...shown.map(({ share }) => share));
      rows.push(plain(`of it sent as it was, the rest as a new screen, ${label}`, worst, "%"));
      log(`${label}: at most ${Math.max(...shown.map(({ resyncs }) => resyncs))} new screens in one cat`);
    }
    for (const screen of [...ours, ...bare]) screen.close();
    return rows;
  },
};

export default terminal;
