import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CreatedDatabase } from "./templates.ts";

/** A copy of the migrated file `template`, or no file yet, in a folder of its own. */
export async function createSqlite(template?: string): Promise<CreatedDatabase> {
  const dir = await mkdtemp(join(tmpdir(), "signalbox-test-"));
  const file = join(dir, "relay.db");
  if (template !== undefined) await copyFile(template, file);
  return { url: `file:${file}`, remove: () => rm(dir, { recursive: true, force: true }) };
}
