import { lstat, readdir, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { AnswerTo } from "@signalbox/api/contracts";
import { codeOf, RequestFailure } from "../failure.ts";
import { isWithin } from "../workspaces/place.ts";

const most = 1000;

/** The directories below a path in the base directory, by name; links are neither followed out nor listed (HST-40). */
export async function listDirectories(baseDir: string, path: string | null): Promise<AnswerTo<"directories">> {
  const asked = resolve(baseDir, path ?? ".");
  const outside = new RequestFailure("Invalid", `${asked} does not lie under the base directory ${baseDir}`);
  if (asked.includes("\0") || !isWithin(asked, baseDir)) throw outside;
  const real = await realpath(asked).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") throw new RequestFailure("NotFound", `There is no directory ${asked}`);
    throw new RequestFailure("Invalid", `${asked} cannot be read (${codeOf(error)})`);
  });
  if (!isWithin(real, baseDir)) throw outside;
  const entries = await readdir(real, { withFileTypes: true }).catch((error: unknown) => {
    throw new RequestFailure("Invalid", `${asked} cannot be read (${codeOf(error)})`);
  });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  names.sort((a, b) => (a < b ? -1 : 1));
  const directories = await Promise.all(
    names.slice(0, most).map(async (name) => ({
      name,
      isRepository: await lstat(join(real, name, ".git")).then(
        () => true,
        () => false,
      ),
      hidden: name.startsWith("."),
    })),
  );
  return { path: real, directories, truncated: names.length > most };
}
