import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { programs } from "../../test/scene.ts";

test("what every session carries, its runner and sbx, brings no schemas' library: it would cost each 10 MB", async () => {
  const dir = await programs();
  for (const name of ["runner.mjs", "sbx.mjs"]) {
    expect(readFileSync(join(dir, name), "utf8")).not.toMatch(/ZodError|\bzod\b/);
  }
});
