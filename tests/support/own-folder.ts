import { lstatSync, mkdirSync } from "node:fs";

const writableByOthers = 0o022;

/**
 * Makes a folder of this user alone where there is none, and answers its path. Throws where the name is taken by a link, by
 * somebody else's folder, or by one that others may write: what is run from there could be theirs.
 */
export function ownFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  const wrong = !found.isDirectory()
    ? "is not a directory"
    : found.uid !== (process.getuid?.() ?? found.uid)
      ? "belongs to another user"
      : found.mode & writableByOthers
        ? "can be written by others"
        : null;
  if (wrong)
    throw new Error(`${path} ${wrong}; nothing is run from it. Remove it, or set TMPDIR to a folder of your own`);
  return path;
}
