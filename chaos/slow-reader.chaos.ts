import { join } from "node:path";
import { gauged } from "../bench/lib/gauge.ts";
import { startSignalbox } from "../tests/support/signalbox.ts";
import type { ChaosCase, ChaosRow } from "./harness.ts";
import { counted } from "./lib/broken.ts";
import { type Played, playSilent, playThere } from "./slow-reader/commands.ts";
import { makeOthers } from "./slow-reader/others.ts";
import { playTerminal } from "./slow-reader/terminal.ts";
import { makeSlowHost, seedCommands } from "./slow-reader/waiting.ts";

const sizes = { quick: 30_000, full: 200_000 };
const promises = ["memory", "slowed", "lost", "doubled", "stuck", "dropped", "unnoticed"];

/** [HST-27, HST-43, CON-57]: somebody stops reading while a lot waits for it. */
const slowReader: ChaosCase = {
  name: "a subscriber that stops reading",
  async run({ tmp, quick, log }) {
    const count = sizes[quick ? "quick" : "full"];
    await using box = await startSignalbox({ dir: tmp, env: { LOG_LEVEL: "warn", ...gauged } });
    const slow = await makeSlowHost(box.relay.url, box.admin, "host-slow");
    await box.relay.end("SIGTERM");
    await seedCommands(`file:${join(box.machine.home, "relay.db")}`, slow, count);
    await box.restartRelay();
    log(`${count} commands of 1 KiB wait`);
    const others = await makeOthers(box.relay.url, box.admin, box.adminToken);
    const rows: ChaosRow[] = [];
    const told = (fault: string, { broken, notes }: Played) => {
      log(`${fault}: ${notes}`);
      for (const { promise, seen } of broken) log(`  ${promise}: ${seen}`);
      rows.push({ fault, trials: 1, violations: counted(promises, broken), notes });
    };
    const waiting = Math.floor((count * 2) / 3);
    const { there, paused } = await playThere(box, others, slow, count);
    told(`a host reads nothing while ${count} commands of 1 KiB wait`, there);
    told(`a page reads nothing while ${waiting} events come`, paused);
    told("a host reads nothing and answers no ping", await playSilent(box, others, slow, count));
    told(`a viewer reads nothing of ${waiting} lines of 1 KiB`, await playTerminal(box, others, waiting));
    others.drop();
    return rows;
  },
};

export default slowReader;
