import { closeSync, fchmodSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { currentFile, filledFile, filledNumbersSync, type Log, largestFile, mostFiles } from "./files.ts";

/** Takes lines for good or not at all; never throws. */
export interface Rolling {
  write(line: string): void;
}

/**
 * A log file of the daemon, kept like a session's (HST-49): at most five of 10 MB. What a full disk refuses is counted,
 * and said in the file once there is room again; the daemon goes on.
 */
export function openRolling(log: Log, largest = largestFile): Rolling {
  const path = currentFile(log);
  let fd: number | null = null;
  let size = 0;
  let lost = 0;
  let torn = false;

  function open(): number {
    mkdirSync(log.dir, { recursive: true, mode: 0o700 });
    const opened = openSync(path, "a", 0o600);
    fchmodSync(opened, 0o600);
    size = statSync(path).size;
    return opened;
  }

  function roll(): void {
    const n = (filledNumbersSync(log).at(-1) ?? 0) + 1;
    for (const old of filledNumbersSync(log))
      if (old <= n - mostFiles + 1) rmSync(filledFile(log, old), { force: true });
    renameSync(path, filledFile(log, n));
    if (fd !== null) closeSync(fd);
    fd = null;
  }

  function append(text: string): void {
    fd ??= open();
    if (size > 0 && size + Buffer.byteLength(text) > largest) {
      roll();
      fd = open();
    }
    const bytes = Buffer.from(torn ? `\n${text}` : text);
    for (let done = 0; done < bytes.length; ) {
      const written = writeSync(fd, bytes, done);
      done += written;
      size += written;
      torn = done < bytes.length;
    }
  }

  return {
    write(line) {
      try {
        if (lost) {
          const note = {
            level: 40,
            time: new Date().toISOString(),
            msg: `${lost} lines before this could not be written`,
          };
          append(`${JSON.stringify(note)}\n`);
          lost = 0;
        }
        append(line);
      } catch {
        lost += 1;
      }
    },
  };
}
