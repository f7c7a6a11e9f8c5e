import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** What a process holds and has used. */
export interface Usage {
  /** Resident memory in MiB. */
  rss: number;
  /** Processor time in seconds since its start; on Linux with that of the programs it ran and waited for. */
  cpu: number;
}

const ticksPerSecond = () => Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

function fromProc(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // From the state on: the program's name before it stands in brackets and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return { rss: Number(rss) / 1024, cpu: ticks / ticksPerSecond() };
}

function fromPs(pid: number): Usage {
  const [rss, time = ""] = execFileSync("ps", ["-o", "rss=,time=", "-p", String(pid)], { encoding: "utf8" })
    .trim()
    .split(/\s+/);
  const cpu = time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return { rss: Number(rss) / 1024, cpu };
}

/** The usage of a process that runs. */
export const usageOf = (pid: number): Usage => (process.platform === "linux" ? fromProc(pid) : fromPs(pid));
