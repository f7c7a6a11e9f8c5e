import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ended, spawnShell } from "../../tests/support/agents.ts";
import type { Signalbox } from "../../tests/support/signalbox.ts";
import { until } from "../../tests/support/until.ts";
import { compare, mostGrowth, type Played, signed } from "./commands.ts";
import { after, heldBy, type Others, slowed, told } from "./others.ts";
import { openReader, type Reader } from "./reader.ts";

const watchMs = 15_000;
/** Lines of 1 KiB every so many milliseconds: 2 MiB a second. */
const pace = { lines: 50, everyMs: 25 };

/** Prints numbered lines with the time of each until it is told to stop. */
const printer = (stop: string) => `
const pad = "x".repeat(990);
let n = 0;
const timer = setInterval(() => {
  if (require("node:fs").existsSync(${JSON.stringify(stop)})) {
    clearInterval(timer);
    return console.log("last " + n + " ");
  }
  let text = "";
  for (let i = 0; i < ${pace.lines}; i += 1) text += "line " + ++n + " " + Date.now() + " " + pad + "\\n";
  process.stdout.write(text);
}, ${pace.everyMs});
`;

/** A view of the terminal: which lines came, how late, and whether any is missing between two snapshots. */
function view(reader: Reader, agentId: string) {
  const seen = { last: 0, gaps: 0, snapshots: 0, end: 0, exited: false };
  let late: number[] = [];
  let rest = "";
  let fresh = true;
  reader.relay.terminals.attach.subscribe(
    { agentId },
    {
      onData(item) {
        if (item.type === "exit") seen.exited = true;
        if (item.type === "snapshot") {
          seen.snapshots += 1;
          [rest, fresh] = ["", true];
        }
        if (item.type !== "output") return;
        const lines = (rest + Buffer.from(item.data, "base64").toString("latin1")).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const [, number, at] = /line (\d+) (\d{13}) x{990}/.exec(line) ?? [];
          const [, last] = /last (\d+) /.exec(line) ?? [];
          if (last) seen.end = Number(last);
          if (!number) continue;
          if (!fresh && Number(number) !== seen.last + 1) seen.gaps += 1;
          if (Number(number) <= seen.last) seen.gaps += 1;
          [seen.last, fresh] = [Number(number), false];
          late.push(Date.now() - Number(at));
        }
      },
    },
  );
  return {
    seen,
    /** How late the lines were since the last call. */
    late() {
      const now = late;
      late = [];
      return now;
    },
  };
}

/** Two viewers of an agent that prints without end, one of which reads nothing. */
export async function playTerminal(box: Signalbox, others: Others, lines: number): Promise<Played> {
  const { relay } = box;
  const { url } = relay;
  const stop = join(box.machine.dir, "printed-enough");
  const script = join(box.machine.dir, "printer.cjs");
  writeFileSync(script, printer(stop));
  const prompt = `'${process.execPath}' '${script}'`;
  const agentId = await spawnShell(box, { cwd: box.machine.baseDir, workspaceMode: "shared", prompt });
  const atWork = async () => (await box.admin.agents.get.query({ agentId })).status === "busy";
  await until("the agent at work", atWork, { withinMs: 60_000 });
  const [reads, hangs] = [openReader(url, box.adminToken), openReader(url, box.adminToken)];
  const [quick, slow] = [view(reads, agentId), view(hangs, agentId)];
  await until("both to see it", () => quick.seen.last && slow.seen.last, { withinMs: 30_000 });
  quick.late();
  const before = await others.watch(relay, after(watchMs));
  const lateBefore = quick.late();
  const hostBefore = await heldBy(box.orchestrator);
  const from = quick.seen.last;
  hangs.stop({ silent: false });
  const now = await others.watch(relay, () => quick.seen.last >= from + lines);
  const lateNow = quick.late();
  const growth = (await heldBy(box.orchestrator)) - hostBefore;
  const had = slow.seen.snapshots;
  hangs.go();
  const again = () => slow.seen.snapshots > had && slow.seen.last >= from + lines;
  const blind = await until("the viewer to see on", again, {
    withinMs: 60_000,
    also: () => JSON.stringify(slow.seen),
  }).then(
    () => null,
    (error: Error) => error.message,
  );
  quick.late();
  const later = await others.watch(relay, after(watchMs));
  const played = compare(before, now, later);
  const note = (promise: string, seen: string) => void played.broken.push({ promise, seen });
  if (growth > mostGrowth) note("memory", `the host's grew by ${growth.toFixed()} MiB`);
  const slowly = slowed(lateNow, [lateBefore, quick.late()]);
  if (slowly) note("slowed", `lines at the other viewer after ${slowly}`);
  if (blind) note("stuck", blind);
  writeFileSync(stop, "");
  await ended(box, agentId);
  for (const [name, { seen }] of Object.entries({ "viewer that reads": quick, "viewer that hung": slow })) {
    await until("its end", () => seen.exited, { withinMs: 30_000 }).catch((error: Error) =>
      note("stuck", error.message),
    );
    if (seen.gaps || seen.last !== seen.end) note("lost", `${name}: ${JSON.stringify(seen)}`);
  }
  reads.drop();
  hangs.drop();
  const lag = `lines at the other viewer after ${told(lateNow)}, ${told(lateBefore)} before`;
  played.notes += `; ${lag}; host ${signed(growth)} MiB held; ${slow.seen.snapshots - had} new screens`;
  return played;
}
