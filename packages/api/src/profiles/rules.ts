import type { ProfileFields } from "../contracts/index.ts";

/** How credentials of well-known kinds begin; a literal like these belongs on the host, not in a profile (SPN-33). */
const credential =
  /^(sk-|sk_live_|rk_live_|gh[oprsu]_|github_pat_|glpat-|xox[abeprs]-|AKIA|ASIA|AIza|ya29\.|sbx_|npm_|pypi-|hf_|eyJ[A-Za-z0-9_-]{10,}\.)|-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Variables that an agent's process never gets (HST-52). */
const forbidden = ["RELAY_TOKEN", "SIGNALBOX_ADMIN_TOKEN", "DATABASE_URL", "REDIS_URL"];

const strip = (value: string) => value.replace(/^(Bearer|Basic|token)\s+/i, "");

function* literals(fields: ProfileFields): Generator<[path: string, value: string]> {
  const groups: [string, Record<string, unknown> | undefined][] = [["env", fields.env]];
  for (const [name, server] of Object.entries(fields.mcpServers ?? {})) {
    groups.push([`mcpServers.${name}.env`, server.env], [`mcpServers.${name}.headers`, server.headers]);
    groups.push([`mcpServers.${name}.args`, Object.fromEntries((server.args ?? []).entries())]);
  }
  for (const [path, group] of groups) {
    for (const [key, value] of Object.entries(group ?? {}))
      if (typeof value === "string") yield [`${path}.${key}`, value];
  }
}

/** Why a profile must not be stored as it is, or null: the field and what to do (SPN-33, HST-52). */
export function profileRefusal(fields: ProfileFields): { field: string; message: string } | null {
  const name = Object.keys(fields.env ?? {}).find((key) => forbidden.includes(key) || key.startsWith("SIGNALBOX_"));
  if (name) return { field: `env.${name}`, message: `env.${name} is the product's own and is never given to an agent` };
  for (const [field, value] of literals(fields)) {
    if (!credential.test(strip(value))) continue;
    const message = `${field} looks like a credential: keep it on the host and write { "host": "NAME" } here`;
    return { field, message };
  }
  return null;
}
