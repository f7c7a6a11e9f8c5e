import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { freemem, loadavg, totalmem, uptime } from "node:os";
import type { Vitals } from "@signalbox/api/contracts";
import { exec } from "./exec.ts";

/** New for every boot of this machine (HST-01). */
export async function bootId(): Promise<string> {
  if (process.platform === "linux") return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const { stdout } = await exec("sysctl", ["-n", "kern.bootsessionuuid"], {
    env: { PATH: "/usr/sbin:/sbin:/usr/bin:/bin" },
  });
  // Without an id of the system's own: the minute in which it was started.
  return stdout.trim() || `boot-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
}

/** How the machine is doing; `disk` is a directory on the file system that counts (HST-12). */
export async function vitals(disk: string, sessions: number): Promise<Vitals> {
  const free = await statfs(disk).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  );
  const [load = 0] = loadavg();
  return { load, memoryFreeBytes: freemem(), memoryTotalBytes: totalmem(), diskFreeBytes: free, sessions };
}
