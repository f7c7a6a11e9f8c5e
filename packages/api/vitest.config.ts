import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "packages/api",
    root: import.meta.dirname,
    include: ["src/**/*.test.ts"],
    globalSetup: ["@signalbox/db/testing/global-setup"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
