import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "apps/web",
    root: import.meta.dirname,
    include: ["src/**/*.test.ts", "src/**/*.test.tsx"],
    globalSetup: ["@signalbox/db/testing/global-setup"],
    testTimeout: 30_000,
  },
});
