import type { ExpandedProfile } from "@signalbox/api/contracts";
import { CommandFailure } from "../failure.ts";

const prefix = "SIGNALBOX_SHARE_";

/** What the host's owner lets profiles use: the variables `SIGNALBOX_SHARE_NAME`, by name (HST-53). */
export const sharedValues = (variables: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(variables).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );

/**
 * A profile's variables with what this host puts in place of `{ host: … }` (SPN-33). Throws `provider_missing` naming what
 * the host does not share.
 */
export function profileEnv(
  profile: ExpandedProfile | undefined,
  shared: ReadonlyMap<string, string>,
): Record<string, string> {
  const entries = Object.entries(profile?.env ?? {});
  return Object.fromEntries(
    entries.map(([name, value]) => [name, hostValue(value, shared, `Profile ${profile?.name}`, name)]),
  );
}

/** A literal as it is, or what this host has in its place. Throws `provider_missing` naming what the host does not share. */
export function hostValue(
  value: string | { host: string },
  shared: ReadonlyMap<string, string>,
  whose: string,
  what = "a server",
): string {
  if (typeof value === "string") return value;
  const found = shared.get(value.host);
  if (found !== undefined) return found;
  const message = `${whose} wants ${value.host} of this host for ${what}: set ${prefix}${value.host} for its orchestrator`;
  throw new CommandFailure("provider_missing", message);
}
