import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";

const Env = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).default(4600),
  HOST: z.string().min(1).default("127.0.0.1"),
  SIGNALBOX_HOME: z.string().min(1).optional(),
  DATABASE_URL: z
    .string()
    .regex(/^(file:|postgres(ql)?:\/\/)/, "must begin with file: or postgresql://")
    .optional(),
  REDIS_URL: z.undefined("several relay instances are not part of this version: unset it").optional(),
  SIGNALBOX_ADMIN_TOKEN: z
    .string()
    .regex(/^\S{16,500}$/, "must be at least 16 characters without white space")
    .optional(),
  SIGNALBOX_PUBLIC_URL: z
    .url("must be an http or https address")
    .regex(/^https?:\/\//, "must be an http or https address")
    .optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  NODE_ENV: z.string().optional(),
});

export interface Env {
  port: number;
  host: string;
  home: string;
  databaseUrl: string;
  adminToken: string | undefined;
  /** Without a slash at the end. */
  publicUrl: string;
  logLevel: string;
  development: boolean;
}

/** A bad environment value: one line that names the variable. */
export class EnvError extends Error {}

/** Validates the whole environment at once; an empty value counts as unset. */
export function readEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = Env.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new EnvError(`${issue?.path.join(".")}: ${issue?.message}`);
  }
  const env = parsed.data;
  const home = resolve(env.SIGNALBOX_HOME ?? join(homedir(), ".signalbox"));
  const shown = env.HOST.includes(":") ? `[${env.HOST}]` : env.HOST;
  return {
    port: env.PORT,
    host: env.HOST,
    home,
    databaseUrl: env.DATABASE_URL ?? `file:${join(home, "relay.db")}`,
    adminToken: env.SIGNALBOX_ADMIN_TOKEN,
    publicUrl: (env.SIGNALBOX_PUBLIC_URL ?? `http://${shown}:${env.PORT}`).replace(/\/+$/, ""),
    logLevel: env.LOG_LEVEL,
    development: env.NODE_ENV === "development",
  };
}
