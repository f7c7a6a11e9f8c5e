import pino, { type Logger } from "pino";
import pretty from "pino-pretty";

export type Log = Logger;

/** JSON lines on standard output, pretty on a terminal. Nothing that is a credential is ever handed to it. */
export function createLog(level: string): Log {
  const options = { level, base: undefined, redact: ["token", "*.token", "*.connectionParams"] };
  if (!process.stdout.isTTY)
    return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 1, sync: true }));
  return pino(options, pretty({ sync: true, colorize: true, translateTime: "SYS:HH:MM:ss", ignore: "pid,hostname" }));
}
