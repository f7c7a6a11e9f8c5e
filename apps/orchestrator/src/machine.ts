import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { freemem, loadavg, totalmem, uptime } from "node:os";
import type { RegisterHost, Vitals } from "@signalbox/api/contracts";
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

/** What starts this process again when it ends (HST-01): a systemd unit, `npm start`, or nothing that is known. */
export function supervisor({ INVOCATION_ID }: Readonly<Record<string, string>>): RegisterHost["supervisor"] {
  if (INVOCATION_ID && process.platform === "linux") {
    const unit = /([^/\n]+\.service)(?:\/[^\n]*)?$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1];
    return { kind: "systemd", unit: unit?.slice(0, 120) ?? null };
  }
  return process.connected ? { kind: "npm start", unit: null } : null;
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
