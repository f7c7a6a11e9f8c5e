import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "tests/security",
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    globalSetup: ["@signalbox/db/testing/global-setup"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
