import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { CheckReport } from "@signalbox/api/contracts";
import { sealed, unsealed } from "../sealed.ts";
import { absent, gitDirOf, readText } from "./git-dir.ts";

/** What is known of a landing from before base moved: with it no kill parts a landed commit from its proof (WSP-39, WSP-42). */
export type Evidence = {
  oldTip: string;
  newTip: string;
  /** In order; `tip` is where each ends on base. */
  changes: { id: string; commit: string; tip: string; commits: number }[];
  /** What ran on `newTip`; null when nothing did. */
  checks: CheckReport[] | null;
};

const keptMs = 30 * 24 * 3_600_000;

/** Of the main worktree the git directory is the repository's own; a bare repository is one itself. */
async function folderOf(repoRoot: string): Promise<string> {
  return join((await gitDirOf(repoRoot)) ?? repoRoot, "signalbox", "landings");
}

/** On disk when it resolves. Evidence of more than 30 days ago goes: its relay has it since long. */
export async function writeEvidence(repoRoot: string, evidence: Evidence): Promise<void> {
  const folder = await folderOf(repoRoot);
  await mkdir(folder, { recursive: true });
  await dropOld(folder);
  const path = join(folder, `${evidence.newTip}.json`);
  const file = await open(`${path}.new`, "w");
  try {
    await file.writeFile(sealed(evidence));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  const directory = await open(dirname(path), "r");
  await directory.sync().finally(() => directory.close());
}

/** The evidence of the landing that made this the tip of base; null when there is none, or the disk changed it. */
export async function readEvidence(repoRoot: string, newTip: string): Promise<Evidence | null> {
  const text = await readText(join(await folderOf(repoRoot), `${newTip}.json`));
  return text === null ? null : (unsealed(text) as Evidence | null);
}

async function dropOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(absent);
    if (found && Date.now() - found.mtimeMs > keptMs) await rm(path, { force: true });
  }
}
