import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CreatedDatabase } from "./templates.ts";

/** A copy of the migrated file `template`, or no file yet, in a folder of its own inside `parent`. */
export async function createSqlite(parent: string, template?: string): Promise<CreatedDatabase> {
  const dir = await mkdtemp(join(parent, "test-"));
  const file = join(dir, "relay.db");
  if (template !== undefined) await copyFile(template, file);
  return { url: `file:${file}`, remove: () => rm(dir, { recursive: true, force: true }) };
}
