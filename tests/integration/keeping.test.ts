import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { createRepository } from "../e2e/repository.ts";
import { ended, spawnShell } from "../support/agents.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

// Every byte is read several times, on a machine that may be busy.
vi.setConfig({ testTimeout: 240_000 });

test("[WSP-63] [WSP-64] [WSP-65] [WSP-66] [WSP-68] what an agent left is kept, removed in time, and restored as it was", async () => {
  await using box = await startSignalbox();
  const { admin, machine } = box;
  const { path, git } = createRepository(machine.baseDir, "app");
  const prompt = [
    "set -e",
    `env > '${join(machine.dir, "environment")}'`,
    "echo work > work.txt; git add work.txt; git commit -q -m work",
    "echo staged > staged.txt; git add staged.txt",
    "printf 'loose\\r\\n' > loose.txt; chmod 600 loose.txt",
  ].join("\n");
  const agentId = await spawnShell(box, { cwd: path, prompt });
  await ended(box, agentId);
  const { workspaces } = await admin.workspaces.list.query({ all: true, ownerAgentId: agentId });
  const workspaceId = workspaces[0]!.id;
  const tree = workspaces[0]!.worktreePath!;
  const environment = readFileSync(join(machine.dir, "environment"), "utf8");
  expect(environment).toMatch(/^SIGNALBOX_PORT_FIRST=\d+$/m);
  expect(environment).toMatch(/^SIGNALBOX_PORT_COUNT=10$/m);
  expect(environment).toContain(`SIGNALBOX_DATABASE_NAME=signalbox_${workspaceId.toLowerCase()}`);
  const now = async () => (await admin.workspaces.get.query({ workspaceId })).workspace;
  const reaches = (what: string, holds: (workspace: Awaited<ReturnType<typeof now>>) => boolean) =>
    until(what, async () => ((seen) => (holds(seen) ? seen : null))(await now()), {
      withinMs: 60_000,
      also: box.output,
    });
  writeFileSync(join(tree, "late.txt"), "by a person, after the end\n");
  chmodSync(join(tree, "late.txt"), 0o640);

  const asked = await admin.workspaces.abandon.mutate({ workspaceId });
  expect(asked).toMatchObject({ workspace: { status: "abandoned" }, command: { type: "workspace.keep" } });
  const kept = await reaches("the kept work", ({ keptSha }) => keptSha !== null);
  expect(git("rev-parse", `refs/signalbox/kept/${workspaceId}`)).toBe(kept.keptSha);
  expect(kept.metadata.keptWork).toMatchObject({ words: "1 commit, 1 staged file, 2 untracked files" });
  expect(existsSync(tree)).toBe(true);

  await admin.settings.put.mutate({ key: "workspaces.abandonedDays", value: 0 });
  await reaches("the removal", ({ status }) => status === "removed");
  expect(existsSync(tree)).toBe(false);
  expect(git("branch", "--list", "signalbox/*")).toBe("");
  git("gc", "--quiet", "--prune=now");

  await admin.workspaces.restore.mutate({ workspaceId });
  const back = await reaches("the restore", ({ status }) => status === "active");
  expect(back).toMatchObject({ id: workspaceId, worktreePath: tree, branch: workspaces[0]!.branch });
  const text = (name: string) => readFileSync(join(tree, name), "utf8");
  expect([text("work.txt"), text("staged.txt"), text("loose.txt")]).toEqual(["work\n", "staged\n", "loose\r\n"]);
  expect(statSync(join(tree, "loose.txt")).mode & 0o777).toBe(0o600);
  expect(statSync(join(tree, "late.txt")).mode & 0o777).toBe(0o640);
  expect(git("-C", tree, "status", "--porcelain")).toBe("A  staged.txt\n?? late.txt\n?? loose.txt");
  expect(git("-C", tree, "log", "--format=%s", "main..HEAD")).toBe("work");
  expect(git("fsck", "--strict")).toBe("");
});
