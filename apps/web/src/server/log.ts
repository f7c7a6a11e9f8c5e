import { type Logger, pino, stdTimeFunctions } from "pino";
import pretty from "pino-pretty";

/** JSON lines, pretty on a terminal; what could be a credential is never a field of its own and is masked if it is. */
export function createLog(level: string): Logger {
  const options = {
    level,
    base: undefined,
    timestamp: stdTimeFunctions.isoTime,
    redact: [
      "token",
      "secret",
      "code",
      "cookie",
      "authorization",
      "*.token",
      "*.secret",
      "*.cookie",
      "*.authorization",
    ],
  };
  return process.stdout.isTTY ? pino(options, pretty({ ignore: "pid,hostname" })) : pino(options);
}
