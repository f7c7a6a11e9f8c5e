import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;
const folders = (parent: string) =>
  readdirSync(join(root, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${parent}/${name}`);

/** Every workspace, the tests that span them, and the repository's own tooling; a folder may bring its own configuration. */
const projects = [
  ...folders("packages"),
  ...folders("apps"),
  "tests/integration",
  "tests/security",
  "tests/providers",
  "tests/conformance",
  "tests/support",
  "scripts",
].filter((dir) => existsSync(join(root, dir)));

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    retry: 0,
    projects: projects.map((dir) => {
      const own = join(dir, "vitest.config.ts");
      if (existsSync(join(root, own))) return own;
      const exclude = ["**/node_modules/**", "**/dist/**", "**/.next/**"];
      return {
        extends: true,
        root: join(root, dir),
        test: { name: dir, include: ["**/*.test.{ts,tsx,mjs}"], exclude },
      };
    }),
  },
});
