import { chmod, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makePlace, makeWorkspace, type Place } from "../testing.ts";
import { removeKept } from "./remove.ts";
import { restore } from "./restore.ts";
import { gitSays, photo } from "./testing.ts";

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

const path = fc.constantFrom("a.txt", "b.txt", "c", "d/x", "d/y", "d/e/z", "f.sh", "g h", "ü", "i.log");
const text = fc.oneof(fc.constantFrom("", "one\n", "a\r\nb\n", "\0bin\xff"), fc.string({ maxLength: 40 }));
const step = fc.oneof(
  fc.record({ do: fc.constant("write" as const), path, text }),
  fc.record({ do: fc.constant("mode" as const), path, mode: fc.constantFrom(0o644, 0o755, 0o600, 0o400, 0o664) }),
  fc.record({ do: fc.constant("link" as const), path, text: fc.constantFrom("a.txt", "..", "/none", "d") }),
  fc.record({ do: fc.constant("delete" as const), path }),
  fc.record({ do: fc.constantFrom("add" as const, "intend" as const, "unstage" as const, "skip" as const), path }),
  fc.record({ do: fc.constantFrom("commit" as const, "detach" as const, "reset" as const, "stash" as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What an agent may do; what git refuses is not done. */
async function take(tree: string, one: Step): Promise<void> {
  const git = (...args: string[]) => place.run(tree, ...args).catch(() => "");
  switch (one.do) {
    case "write":
      await rm(join(tree, one.path), { recursive: true, force: true }).catch(() => undefined);
      await place.write(tree, one.path, one.text).catch(() => undefined);
      return;
    case "link":
      await rm(join(tree, one.path), { recursive: true, force: true }).catch(() => undefined);
      return symlink(one.text, join(tree, one.path)).catch(() => undefined);
    case "mode":
      return chmod(join(tree, one.path), one.mode).catch(() => undefined);
    case "delete":
      return rm(join(tree, one.path), { recursive: true, force: true }).catch(() => undefined);
    case "add":
      return void (await git("add", "--force", "--", one.path));
    case "intend":
      return void (await git("add", "--force", "--intent-to-add", "--", one.path));
    case "unstage":
      return void (await git("rm", "--quiet", "--cached", "--", one.path));
    case "skip":
      return void (await git("update-index", "--assume-unchanged", "--", one.path));
    case "commit":
      return void (await git("commit", "--quiet", "--allow-empty", "--message", "work"));
    case "detach":
      return void (await git("checkout", "--quiet", "--detach"));
    case "reset":
      return void (await git("reset", "--quiet", "--soft", "HEAD~1"));
    case "stash":
      return void (await git("stash", "push", "--quiet"));
  }
}

test("[WSP-65] [WSP-68] whatever an agent did in its worktree, keeping, removing and restoring brings back every byte, mode and index entry", {
  timeout: 900_000,
}, async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const workspaceId = `ws_${++round}`;
      const { worktreePath: tree, branch, baseBranch } = await makeWorkspace(place, workspaceId);
      for (const one of steps) await take(tree, one);
      await writeFile(join(tree, "last.txt"), "so that something is always there\n");
      const { repoRoot, worktreesDir } = place;
      const input = { repoRoot, worktreesDir, workspaceId, worktreePath: tree, branch, baseBranch };
      const before = await photo(tree);
      await removeKept(place.git, input);
      await place.run(repoRoot, "prune", "--expire=now");
      await restore(place.git, input);
      expect(await photo(tree)).toEqual(before);
      const { status } = await gitSays(place, tree);
      expect(status).toContain("last.txt");
      await removeKept(place.git, input);
    }),
    { numRuns: 12 },
  );
});
