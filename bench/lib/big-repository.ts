import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createRepository, type Repository } from "../../tests/e2e/repository.ts";

const folders = 25;
const filesPerFolder = 40;

/** A repository with 1,000 files of about 2 KB in 25 folders, committed on main. */
export function bigRepository(parent: string, name: string): Repository {
  const repository = createRepository(parent, name);
  for (let folder = 0; folder < folders; folder += 1) {
    mkdirSync(join(repository.path, `part-${folder}`));
    for (let n = 0; n < filesPerFolder; n += 1) {
      const line = `export const value_${folder}_${n} = "${folder * filesPerFolder + n}";\n`;
      repository.write(`part-${folder}/file-${n}.txt`, line.repeat(45));
    }
  }
  repository.git("add", "-A");
  repository.git("commit", "-q", "-m", "Fill");
  return repository;
}

/** Adds one line to a file and commits it: `path` is the checkout. */
export function commitLine({ git, write }: Pick<Repository, "git" | "write">, file: string, line: string): string {
  write(file, `${line}\n`.repeat(45));
  git("commit", "-q", "-a", "-m", `Change ${file}: ${line}`);
  return git("rev-parse", "HEAD");
}
