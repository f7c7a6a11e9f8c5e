import { stat } from "node:fs/promises";
import { join } from "node:path";
import { CommandFailure } from "../failure.ts";
import type { ProviderAdapter } from "./adapter.ts";

/** A folder's name and nothing else: no path leads out of the rigs. */
const rigName = /^(?!\.)[^/\0]{1,120}$/;

/**
 * The variable that gives the program a settings folder of its own, `<rigsDir>/<provider>/<rig>` (HST-60). Throws
 * `provider_missing` where the provider takes none or the folder is missing.
 */
export async function rigEnv(
  { provider, rigVariable }: Pick<ProviderAdapter, "provider" | "rigVariable">,
  rig: string | undefined,
  rigsDir: string,
): Promise<Record<string, string>> {
  if (!rig) return {};
  if (!rigVariable) throw new CommandFailure("provider_missing", `${provider} takes no rig`);
  const path = join(rigsDir, provider, rig);
  const found = rigName.test(rig) && (await stat(path).catch(() => null))?.isDirectory();
  if (found) return { [rigVariable]: path };
  throw new CommandFailure("provider_missing", `Rig ${rig} of ${provider} is missing: make the folder ${path}`);
}
