import { spawnSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
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
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
    },
    free: () => rmSync(filler, { force: true }),
    unmount: () => void run("umount", dir),
  };
}
