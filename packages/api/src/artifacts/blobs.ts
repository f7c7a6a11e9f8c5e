import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Contents by their SHA-256, each stored once. */
export interface Blobs {
  /** Stores a content, or finds it; a stored one that is damaged is replaced. Answers its digest when it is on disk. */
  put(bytes: Buffer): Promise<string>;
  /** The content with that digest; null when it is missing or no longer what it was (MCP-53). */
  read(sha256: string): Promise<Buffer | null>;
  /** Removes a content that nobody uses; one that is used is never touched. */
  drop(sha256: string, isUsed: () => Promise<boolean>): Promise<void>;
  /** Digests of all that was stored before `before`; what a crash left under a passing name by then is put in order. */
  storedBefore(before: Date): Promise<string[]>;
}

export const digestOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

const isDigest = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);

const orNull = (error: NodeJS.ErrnoException): null => {
  if (error.code === "ENOENT") return null;
  throw error;
};

/** Blobs as files of their digest's name, in folders of its first two characters, open to their owner alone. */
export function fileBlobs(dir: string): Blobs {
  const pathOf = (sha256: string) => join(dir, sha256.slice(0, 2), sha256);

  async function read(sha256: string): Promise<Buffer | null> {
    const bytes = await readFile(pathOf(sha256)).catch(orNull);
    return bytes && digestOf(bytes) === sha256 ? bytes : null;
  }

  /** Under a passing name first, so that half of one is never taken for the whole. */
  async function write(path: string, bytes: Buffer): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const passing = `${path}.${randomUUID()}`;
    const file = await open(passing, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
      await file.close();
      await rename(passing, path);
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(passing, { force: true });
      throw error;
    }
  }

  /** Gives a whole content its name back, and removes half of one. */
  async function settle(path: string): Promise<string | null> {
    const [sha256 = ""] = basename(path).split(".");
    const bytes = await readFile(path).catch(orNull);
    const whole = bytes !== null && isDigest(sha256) && digestOf(bytes) === sha256;
    if (whole && !(await read(sha256))) await rename(path, pathOf(sha256)).catch(orNull);
    else await rm(path, { force: true });
    return whole ? sha256 : null;
  }

  return {
    read,
    async put(bytes) {
      const sha256 = digestOf(bytes);
      if (!(await read(sha256))) await write(pathOf(sha256), bytes);
      return sha256;
    },
    async drop(sha256, isUsed) {
      if (await isUsed()) return;
      // Taken aside before the question is asked again: whoever stores the same meanwhile finds it missing, and writes it again.
      const aside = `${pathOf(sha256)}.${randomUUID()}`;
      const moved = await rename(pathOf(sha256), aside).then(() => true, orNull);
      if (!moved) return;
      // No longer there: a sweep has given it its name back.
      if (await isUsed()) await rename(aside, pathOf(sha256)).catch(orNull);
      else await rm(aside, { force: true });
    },
    async storedBefore(before) {
      const stored: string[] = [];
      for (const folder of (await readdir(dir).catch(orNull)) ?? []) {
        for (const name of (await readdir(join(dir, folder)).catch(orNull)) ?? []) {
          const found = await stat(join(dir, folder, name)).catch(orNull);
          if (!found || found.mtime >= before) continue;
          const sha256 = isDigest(name) ? name : await settle(join(dir, folder, name));
          if (sha256) stored.push(sha256);
        }
      }
      return [...new Set(stored)];
    },
  };
}
