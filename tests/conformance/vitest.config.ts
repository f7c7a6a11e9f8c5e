import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "tests/conformance",
    root: import.meta.dirname,
    include: ["**/*.test.ts"],
    // The official suite gives some answers half a second: it runs when the other tests have ended.
    sequence: { groupOrder: 1 },
    maxWorkers: 1,
  },
});
