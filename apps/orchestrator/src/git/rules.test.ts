import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRawDiff } from "./changes.ts";
import { copyOnto, formatCommit, parseCommit } from "./commit-object.ts";
import { refusedFor } from "./move.ts";
import { branchParts, nextBranch, queuePathOf, slug } from "./names.ts";
import { overlapOf } from "./overlap.ts";
import { parseStatus } from "./status.ts";
import { parseWorktree } from "./worktrees.ts";

describe("names", () => {
  test("[WSP-04] the next branch is one above the highest of its stem", () => {
    expect(nextBranch("signalbox/a-", [])).toBe("signalbox/a-1");
    expect(nextBranch("signalbox/a-", ["signalbox/a-2", "signalbox/a-10", "signalbox/a-b-99", "x"])).toBe(
      "signalbox/a-11",
    );
    expect(branchParts("signalbox/claude-k3f9q2-4")).toEqual({ stem: "signalbox/claude-k3f9q2-", number: 4 });
    expect(branchParts("plain")).toEqual({ stem: "plain-", number: 0 });
  });

  test("any text gives one safe path segment", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(slug(text)).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,39}$/);
        expect(queuePathOf("/w", "/r", text)).toMatch(/^\/w\/\.queues\/[A-Za-z0-9._-]+$/);
      }),
    );
  });
});

describe("what git writes", () => {
  test("status: every kind, renames with both names, names with spaces", () => {
    const text = [
      "1 .M N... 100644 100644 100644 aa aa a b.txt",
      "1 MM N... 100644 100644 100644 aa bb both",
      "2 R. N... 100644 100644 100644 aa aa R100 new name",
      "old name",
      "u UU N... 100644 100644 100644 100644 aa bb cc un merged",
      "? -x\ny",
      "",
    ].join("\0");
    expect(parseStatus(text)).toEqual([
      { path: "a b.txt", kind: "unstaged" },
      { path: "both", kind: "staged" },
      { path: "new name", kind: "staged" },
      { path: "old name", kind: "staged" },
      { path: "un merged", kind: "unmerged" },
      { path: "-x\ny", kind: "untracked" },
    ]);
  });

  test("a raw diff: changed, added, removed", () => {
    const text = [
      ":100644 100755 aa bb M",
      "x",
      ":000000 100644 00 cc A",
      "a\nb",
      ":120000 000000 dd 00 D",
      "l",
      "",
    ].join("\0");
    expect(parseRawDiff(text)).toEqual([
      { path: "x", from: { mode: "100644", sha: "aa" }, to: { mode: "100755", sha: "bb" } },
      { path: "a\nb", from: null, to: { mode: "100644", sha: "cc" } },
      { path: "l", from: { mode: "120000", sha: "dd" }, to: null },
    ]);
  });

  test("a worktree: unborn, detached, locked, with a line break in its path", () => {
    expect(parseWorktree(`worktree /a b\nc\0HEAD ${"0".repeat(40)}\0branch refs/heads/x/y\0locked why`)).toEqual({
      path: "/a b\nc",
      head: null,
      branch: "x/y",
      bare: false,
      locked: true,
    });
    expect(parseWorktree("worktree /a\0HEAD abc\0detached")).toMatchObject({
      head: "abc",
      branch: null,
      locked: false,
    });
  });

  test("a refusal of read-tree is told from a failure to write", () => {
    expect(refusedFor("error: Entry 'a b' not uptodate. Cannot merge.\n")).toEqual(["a b"]);
    expect(refusedFor("error: Untracked working tree file 'it's' would be overwritten by merge.")).toEqual(["it's"]);
    expect(refusedFor("error: Updating 'dir' would lose untracked files in it\n")).toEqual(["dir"]);
    expect(refusedFor("error: unable to write file 'x'\nfatal: write error: No space left on device")).toEqual([]);
  });
});

describe("commits", () => {
  const text =
    "tree t1\nparent p1\nauthor A <a> 100 +0200\ncommitter C <c> 200 -0530\ngpgsig -----BEGIN\n line\n -----END\nencoding latin-1\n\nsubject \xe4\n\n body\n";

  test("text and back, the signature apart", () => {
    const commit = parseCommit(text);
    expect(formatCommit(commit)).toBe(text.replace(/gpgsig.*END\n/s, ""));
    expect(parseCommit(formatCommit(commit))).toEqual(commit);
  });

  test("a copy keeps all but tree, parent and a committer's time that would lie before the parent's", () => {
    const commit = parseCommit(text);
    const copy = copyOnto(commit, { sha: "p2", committedAt: 150 }, "t2");
    expect(copy).toEqual({ ...commit, tree: "t2", parents: ["p2"] });
    expect(copyOnto(commit, { sha: "p2", committedAt: 300 }, "t2").committer).toBe("C <c> 300 -0530");
  });
});

test.each([
  ["the same file", "x/y", "x/y", true],
  ["a file in place of a directory", "x", "x/y", true],
  ["a directory in place of a file", "x/y", "x", true],
  ["a neighbour", "x/yy", "x/y", false],
  ["a name that only begins alike", "xx", "x/y", false],
])("[WSP-34] overlap: %s", (_, dirty, changed, overlaps) => {
  const change = { path: changed, from: null, to: { mode: "100644", sha: "aa" } };
  expect(overlapOf([{ path: dirty, kind: "unstaged" }], [change])).toEqual(overlaps ? [dirty] : []);
});
