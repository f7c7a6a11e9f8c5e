import { homedir } from "node:os";

/** What the environment says, before it is checked; an empty variable counts as unset. */
export interface Environment {
  relay: string | undefined;
  token: string | undefined;
  id: string | undefined;
  baseDir: string | undefined;
  home: string | undefined;
  logLevel: string | undefined;
  userHome: string;
  /** The whole of it, from which the environment of other programs is made (`agentBase`). */
  all: Readonly<Record<string, string>>;
}

/**
 * Reads the environment, once and only here. The token is taken out of it, so that no program that is started without a
 * chosen environment inherits it.
 */
export function readEnvironment(from: NodeJS.ProcessEnv): Environment {
  const { RELAY_URL, RELAY_TOKEN, SIGNALBOX_HOST_ID, SIGNALBOX_BASE_DIR, SIGNALBOX_HOME, LOG_LEVEL } = from;
  for (const name of secretNames) delete from[name];
  const all = Object.fromEntries(Object.entries(from).flatMap(([name, value]) => (value ? [[name, value]] : [])));
  return {
    relay: RELAY_URL || undefined,
    token: RELAY_TOKEN || undefined,
    id: SIGNALBOX_HOST_ID || undefined,
    baseDir: SIGNALBOX_BASE_DIR || undefined,
    home: SIGNALBOX_HOME || undefined,
    logLevel: LOG_LEVEL || undefined,
    userHome: homedir(),
    all,
  };
}

/** Never given to any program that the orchestrator starts (HST-52). */
export const secretNames = ["RELAY_TOKEN", "SIGNALBOX_ADMIN_TOKEN", "DATABASE_URL", "REDIS_URL"] as const;

const passed = new Set(
  [
    "PATH HOME USER LOGNAME SHELL LANG TERM TZ TMPDIR",
    "HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy",
    "SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO",
  ].flatMap((names) => names.split(" ")),
);

const isPassed = (name: string): boolean => passed.has(name) || /^(LC|XDG)_[A-Z_]+$/.test(name);

/** The part of the orchestrator's environment that an agent's process is made from (HST-51). */
export function agentBase(all: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(all).filter(([name]) => isPassed(name));
  return { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", ...Object.fromEntries(kept) };
}
