import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporary } from "../../test/scene.ts";
import { listDirectories } from "./directories.ts";

function tree(path: string): string {
  const base = join(path, "base");
  for (const dir of ["base/zoo", "base/app/.git", "base/.hidden", "outside"])
    mkdirSync(join(path, dir), { recursive: true });
  writeFileSync(join(base, "file"), "");
  symlinkSync(join(path, "outside"), join(base, "way-out"));
  return base;
}

test("[HST-40] directories are listed by name, without files and links", async () => {
  using dir = temporary();
  const base = tree(dir.path);
  expect(await listDirectories(base, null)).toEqual({
    path: base,
    directories: [
      { name: ".hidden", isRepository: false, hidden: true },
      { name: "app", isRepository: true, hidden: false },
      { name: "zoo", isRepository: false, hidden: false },
    ],
    truncated: false,
  });
  expect((await listDirectories(base, "app")).directories).toEqual([
    { name: ".git", isRepository: false, hidden: true },
  ]);
});

test.each(["..", "../outside", "app/../../outside", "way-out", "/", "/etc"])(
  "[HST-40] %s is refused, naming the base directory",
  async (path) => {
    using dir = temporary();
    const base = tree(dir.path);
    await expect(listDirectories(base, path)).rejects.toMatchObject({
      code: "Invalid",
      message: expect.stringContaining(base),
    });
  },
);

test("[HST-40] at most 1000 are listed, and it says so", async () => {
  using dir = temporary();
  for (let i = 0; i < 1001; i++) mkdirSync(join(dir.path, `d${String(i).padStart(4, "0")}`));
  const { directories, truncated } = await listDirectories(dir.path, null);
  expect([directories.length, directories.at(-1)?.name, truncated]).toEqual([1000, "d0999", true]);
});
