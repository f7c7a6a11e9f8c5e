import { readdirSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** A log in a directory: `NAME.log` is being written, `NAME.N.log` was filled as the N-th (HST-49). */
export interface Log {
  dir: string;
  name: string;
}

/** Bytes of one file at most, and files of one log at most. */
export const largestFile = 10 * 1024 * 1024;
export const mostFiles = 5;

export const currentFile = ({ dir, name }: Log): string => join(dir, `${name}.log`);
export const filledFile = ({ dir, name }: Log, n: number): string => join(dir, `${name}.${n}.log`);

function numbersIn(entries: string[], { name }: Log): number[] {
  const numbers = entries.flatMap((entry) => {
    const [, n] = /^\.(\d{1,9})\.log$/.exec(entry.startsWith(name) ? entry.slice(name.length) : "") ?? [];
    return n ? [Number(n)] : [];
  });
  return numbers.sort((a, b) => a - b);
}

/** Numbers of the filled files that are kept, ascending. */
export const filledNumbers = async (log: Log): Promise<number[]> =>
  numbersIn(await readdir(log.dir).catch(() => []), log);
export const filledNumbersSync = (log: Log): number[] => numbersIn(readdirSync(log.dir), log);

/** Number that the file which is being written will have. */
export const currentNumber = async (log: Log): Promise<number> => ((await filledNumbers(log)).at(-1) ?? 0) + 1;

/** Something that is another after each byte written; null while there is no file. */
export const markOf = (log: Log): Promise<string | null> =>
  stat(currentFile(log)).then(
    ({ ino, size }) => `${ino}:${size}`,
    () => null,
  );

export const hasLog = async (log: Log): Promise<boolean> =>
  (await markOf(log)) !== null || (await filledNumbers(log)).length > 0;
