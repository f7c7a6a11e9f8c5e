import { startSignalbox } from "../tests/support/signalbox.ts";
import { smallDisk } from "./full-disk/disk.ts";
import { missing, playFull } from "./full-disk/round.ts";
import type { ChaosCase } from "./harness.ts";
import { type Broken, counted, medianSeconds } from "./lib/broken.ts";
import { roundsOf } from "./lib/rounds.ts";

const rounds = { quick: 3, full: 50 };
const diskMegabytes = 24;
const promises = ["untyped", "slow", "stuck", "refusedAfter", "acknowledgedAndLost", "down"];

/** [HST-31]: relay and host on one small disk that is filled and emptied again. */
const fullDisk: ChaosCase = {
  name: "the disk of relay and host is full",
  async run({ tmp, quick, log }) {
    const broken: Broken[] = [];
    const recovered: number[] = [];
    const acknowledged = new Set<string>();
    const codes = new Set<string>();
    let refused = 0;
    let disk: ReturnType<typeof smallDisk> = { why: "not mounted" };
    await using box = await startSignalbox({
      dir: tmp,
      env: { LOG_LEVEL: "warn" },
      prepare({ home, atEnd }) {
        disk = smallDisk(home, diskMegabytes);
        if (disk.why === null) atEnd.push(disk.unmount);
      },
    });
    const mounted = disk as ReturnType<typeof smallDisk>;
    if (mounted.why !== null) {
      log(`skipped: ${mounted.why}`);
      return [{ fault: "disk of relay and host full", trials: 0, violations: {}, notes: `skipped: ${mounted.why}` }];
    }
    const count = roundsOf(quick, rounds);
    for (let round = 1; round <= count; round += 1) {
      const played = await playFull(box, mounted, `full-${round}`, acknowledged);
      refused += played.refused;
      for (const code of played.codes) codes.add(code);
      recovered.push(played.recoveredMs);
      broken.push(...played.broken);
      log(
        `round ${round}: ${played.refused} refused (${played.codes}), back after ${medianSeconds([played.recoveredMs])}`,
      );
      for (const { promise, seen } of played.broken) log(`  ${promise}: ${seen}`);
    }
    await box.relay.end("SIGKILL");
    await box.restartRelay();
    for (const name of await missing(box, acknowledged)) broken.push({ promise: "acknowledgedAndLost", seen: name });
    const slowest = (Math.max(...recovered) / 1_000).toFixed(1);
    return [
      {
        fault: "disk of relay and host full, then freed",
        trials: count,
        violations: counted(promises, broken),
        notes: `${refused} writes refused as ${[...codes]}, ${acknowledged.size} acknowledged; back after ${medianSeconds(recovered)} (median), ${slowest} s at most`,
      },
    ];
  },
};

export default fullDisk;
