import { hostname } from "node:os";
import { OrchestratorId } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { temporary } from "../test/scene.ts";
import { idFromHostname, readConfig } from "./config.ts";
import { readEnvironment } from "./env.ts";

test.each([
  ["build-2.local", "build-2.local"],
  ["Build_2", "build_2"],
  ["My Mac (2)", "my-mac-2-"],
  ["-edge", "edge"],
  ["x".repeat(80), "x".repeat(63)],
  ["ÄÖ", "host"],
])("[HST-02] the host name %s makes the id %s", (name, id) => {
  expect(idFromHostname(name)).toBe(id);
  expect(OrchestratorId.safeParse(id).success).toBe(true);
});

test("[HST-02] without an id the host's name is used", () => {
  using home = temporary();
  const env = readEnvironment({ HOME: home.path, PATH: "/bin" });
  const config = (id?: string) => readConfig({ token: "t", baseDir: home.path, home: home.path, id }, env, home.path);
  expect(config().id).toBe(idFromHostname(hostname()));
  expect(config("build-2").id).toBe("build-2");
});
