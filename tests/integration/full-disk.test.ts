import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ended, spawnShell } from "../support/agents.ts";
import { startSignalbox } from "../support/signalbox.ts";

const run = (program: string, ...args: string[]) => spawnSync(program, args, { encoding: "utf8" });

test("[HST-31] a host whose disk is full executes nothing, says so, and goes on when there is room", async ({
  skip,
}) => {
  let why = process.getuid?.() === 0 ? "" : "only root can mount a small disk";
  let disk = "";
  await using box = await startSignalbox({
    prepare({ paths, atEnd }) {
      disk = paths.host;
      mkdirSync(disk);
      if (!why) why = run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk).stderr;
      if (!why) atEnd.push(() => void run("umount", disk));
    },
  });
  skip(why !== "", why);
  const filler = join(disk, "filler");
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(filler, Buffer.alloc(bavail * bsize));
  expect(statfsSync(disk).bavail).toBe(0);

  // The script is longer than a block, so that what is left of the journal's last one is not enough.
  const work = {
    cwd: box.machine.baseDir,
    workspaceMode: "shared",
    prompt: `touch ran # ${"x".repeat(9_000)}`,
  } as const;
  const refused = await ended(box, await spawnShell(box, work));
  expect(refused).toMatchObject({ status: "failed", command: { state: "failed" } });
  expect(refused.command?.error?.reason).toBe("journal_unwritable");
  expect(refused.statusReason?.text).toMatch(/journal.*cannot be written.*ENOSPC/);
  expect(box.orchestrator.output()).toContain("ENOSPC");

  rmSync(filler);
  const later = await ended(box, await spawnShell(box, work));
  expect(later).toMatchObject({ status: "exited", statusReason: { kind: "completed", exitCode: 0 } });
  expect((await box.admin.orchestrators.list.query({})).items[0]).toMatchObject({ state: "online", liveSessions: 0 });
});
