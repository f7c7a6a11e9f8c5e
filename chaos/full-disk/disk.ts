import { spawnSync } from "node:child_process";
import { appendFileSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

const run = (program: string, ...args: string[]) => spawnSync(program, args, { encoding: "utf8" });

/** A small disk mounted at `dir`, or why there is none. */
export function smallDisk(dir: string, megabytes: number) {
  const isRoot = process.getuid?.() === 0;
  const why = isRoot ? run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", dir).stderr : "not root";
  if (why) return { why };
  const filler = join(dir, "filler");
  return {
    why: null,
    /** Takes every free block. */
    fill() {
      const { bavail, bsize } = statfsSync(dir);
      // The programs write meanwhile: what one of them took is no longer there.
      for (let left = bavail; left > 0; left = Math.min(left - 1, statfsSync(dir).bavail)) {
        try {
          appendFileSync(filler, Buffer.alloc(left * bsize));
        } catch {
          // Less room than a moment ago.
        }
      }
    },
    free: () => rmSync(filler, { force: true }),
    unmount: () => void run("umount", dir),
  };
}
