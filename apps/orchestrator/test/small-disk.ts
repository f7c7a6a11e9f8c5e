import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes a directory a small disk of its own; says why where that is not possible. */
export function smallDisk(dir: string, size: string) {
  const run = (...args: [string, ...string[]]) => spawnSync(args[0], args.slice(1), { encoding: "utf8" });
  const root = process.getuid?.() === 0;
  const refused = root ? run("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", dir).stderr : "only root can";
  const filler = join(dir, "filler");
  return {
    why: refused && `no small disk could be mounted: ${refused}`,
    /** Leaves so many bytes. */
    fill(leave = 0) {
      const { bavail, bsize } = statfsSync(dir);
      writeFileSync(filler, Buffer.alloc(bavail * bsize - leave));
    },
    empty: () => rmSync(filler),
    [Symbol.dispose]() {
      if (!refused) run("umount", "-l", dir);
    },
  };
}
