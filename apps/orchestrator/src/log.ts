import pino, { type DestinationStream, type Logger } from "pino";
import pretty from "pino-pretty";
import { openRolling } from "./logs/rolling.ts";

export type Log = Logger;

/** The daemon's own log in the host's directory for logs. */
export const daemonLog = (dir: string) => ({ dir, name: "orchestrator" });

/** JSON lines on standard output, pretty on a terminal, and in a file. Nothing that is a credential is ever handed to it. */
export function createLog(level: string, dir: string): Log {
  const shown: DestinationStream = process.stdout.isTTY
    ? pretty({ sync: true, colorize: true, translateTime: "SYS:HH:MM:ss", ignore: "pid,hostname" })
    : pino.destination({ fd: 1, sync: true });
  const kept = openRolling(daemonLog(dir));
  const redact = ["token", "*.token", "*.connectionParams"];
  return pino(
    { level, base: undefined, redact, timestamp: pino.stdTimeFunctions.isoTime },
    {
      write(line) {
        shown.write(line);
        kept.write(line);
      },
    },
  );
}
