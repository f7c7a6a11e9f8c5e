/** A file with changes that are in no commit. Paths are as git gave them: byte for byte in latin1, or text in UTF-8. */
export type DirtyFile = { path: string; kind: "staged" | "unstaged" | "untracked" | "unmerged" };

/** Reads `git status --porcelain=v2 -z`: one entry per path, `staged` where the index differs, also if the file differs again. */
export function parseStatus(output: string): DirtyFile[] {
  const fields = output.split("\0");
  const files: DirtyFile[] = [];
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i]!;
    if (field.startsWith("? ")) files.push({ path: field.slice(2), kind: "untracked" });
    const tracked = pathAfter[field[0] ?? ""];
    if (tracked === undefined) continue;
    const path = field.split(" ").slice(tracked).join(" ");
    files.push({ path, kind: field[0] === "u" ? "unmerged" : field[2] === "." ? "unstaged" : "staged" });
    // A rename has its old name in a field of its own, and both names are changed.
    if (field[0] === "2") files.push({ path: fields[++i]!, kind: "staged" });
  }
  return files;
}

const pathAfter: Record<string, number> = { "1": 8, "2": 9, u: 10 };
