import { homedir } from "node:os";
import { describe, expect, test } from "vitest";
import { readEnv } from "./env.ts";

describe("a bad value is one line that names the variable", () => {
  test.each([
    ["PORT", "eighty"],
    ["PORT", "70000"],
    ["DATABASE_URL", "mysql://x"],
    ["SIGNALBOX_ADMIN_TOKEN", "short"],
    ["SIGNALBOX_ADMIN_TOKEN", "with a space in it"],
    ["SIGNALBOX_PUBLIC_URL", "ftp://x"],
    ["LOG_LEVEL", "loud"],
    ["REDIS_URL", "redis://x"],
  ])("%s=%s", (name, value) => {
    expect(() => readEnv({ [name]: value })).toThrow(new RegExp(`^${name}: .+$`));
  });
});

test("everything has a default, and an empty value counts as unset", () => {
  const env = readEnv({ PORT: "", HOST: "" });
  expect(env).toMatchObject({ port: 4600, host: "127.0.0.1", publicUrl: "http://127.0.0.1:4600", logLevel: "info" });
  expect(env.databaseUrl).toBe(`file:${homedir()}/.signalbox/relay.db`);
});
