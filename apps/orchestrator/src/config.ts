import { readFileSync, realpathSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { OrchestratorId, Provider } from "@signalbox/api/contracts";
import { z } from "zod";
import { type Environment, secretNames } from "./env.ts";
import { BadInput, codeOf } from "./failure.ts";

const ProviderSettings = z.strictObject({
  command: z.array(z.string().min(1)).min(1).optional().describe("Program and its first arguments"),
  env: z
    .record(z.string(), z.string())
    .refine((env) => !Object.keys(env).some((name) => (secretNames as readonly string[]).includes(name)), {
      error: `may not name ${secretNames.join(", ")}`,
    })
    .optional(),
  models: z.array(z.string()).optional(),
  enabled: z.boolean().optional(),
});
export type ProviderSettings = z.infer<typeof ProviderSettings>;

/** `$SIGNALBOX_HOME/orchestrator.json`; everything optional, unknown keys refused (HST-08). */
const ConfigFile = z.strictObject({
  id: OrchestratorId.optional(),
  baseDir: z.string().min(1).optional(),
  providers: z.partialRecord(Provider, ProviderSettings).optional(),
  labels: z.array(z.string().min(1).max(80)).max(20).optional(),
  maxSessions: z.number().int().min(1).max(1000).optional(),
  worktreesDir: z.string().min(1).optional(),
});
type ConfigFile = z.infer<typeof ConfigFile>;

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

export interface Flags {
  relay?: string;
  token?: string;
  id?: string;
  baseDir?: string;
  home?: string;
}

/** Everything that a person decides about a host, checked. */
export interface Config {
  relay: URL;
  token: string;
  id: string;
  /** Absolute, with symbolic links resolved. */
  baseDir: string;
  home: string;
  worktreesDir: string | undefined;
  labels: string[];
  maxSessions: number;
  providers: Partial<Record<Provider, ProviderSettings>>;
  logLevel: string;
}

function readConfigFile(home: string): ConfigFile {
  const path = join(home, "orchestrator.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return {};
    throw new BadInput(`${path} cannot be read (${codeOf(error)}); make it readable or remove it`);
  }
  const parsed = ConfigFile.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  if (issue?.code === "unrecognized_keys") {
    const key = [...issue.path, issue.keys[0]].join(".");
    throw new BadInput(`${path}: ${key} is not a known setting; remove it`);
  }
  throw new BadInput(`${path}: ${issue?.path.join(".") || "the whole"}: ${issue?.message}`);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadInput(`${path} is not valid JSON; correct it or remove it`);
  }
}

/** A host id made from the host's name (HST-02). */
export function idFromHostname(name: string): string {
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 63);
  return id || "host";
}

function relayUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && (url.protocol === "http:" || url.protocol === "https:")) return url;
  throw new BadInput(`RELAY_URL (--relay) is ${JSON.stringify(text)}; give an address such as http://127.0.0.1:4600`);
}

function directory(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return realpathSync(path);
  throw new BadInput(`SIGNALBOX_BASE_DIR (--base-dir): ${path} is not a directory; make it or name another`);
}

/** Flag, then environment, then file, then default. Throws a `BadInput` that names the first bad value. */
export function readConfig(flags: Flags, env: Environment, cwd: string): Config {
  const home = resolve(cwd, flags.home ?? env.home ?? join(env.userHome, ".signalbox"));
  const file = readConfigFile(home);
  const token = flags.token ?? env.token;
  if (!token) throw new BadInput("RELAY_TOKEN (--token) is not set; give a token of profile orchestrator");
  const id = flags.id ?? env.id ?? file.id ?? idFromHostname(hostname());
  if (!OrchestratorId.safeParse(id).success) {
    throw new BadInput(`SIGNALBOX_HOST_ID (--id) is ${JSON.stringify(id)}; give 1 to 63 characters of a-z0-9._-`);
  }
  const logLevel = env.logLevel ?? "info";
  if (!(logLevels as readonly string[]).includes(logLevel)) {
    throw new BadInput(`LOG_LEVEL is ${JSON.stringify(logLevel)}; give one of ${logLevels.join(", ")}`);
  }
  return {
    relay: relayUrl(flags.relay ?? env.relay ?? "http://127.0.0.1:4600"),
    token,
    id,
    baseDir: directory(resolve(cwd, flags.baseDir ?? env.baseDir ?? file.baseDir ?? env.userHome)),
    home,
    worktreesDir: file.worktreesDir && resolve(home, file.worktreesDir),
    labels: file.labels ?? [],
    maxSessions: file.maxSessions ?? 20,
    providers: file.providers ?? {},
    logLevel,
  };
}
