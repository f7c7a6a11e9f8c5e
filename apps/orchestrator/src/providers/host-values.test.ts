import { expect, test } from "vitest";
import { profileEnv, sharedValues } from "./host-values.ts";

const shared = sharedValues({ SIGNALBOX_SHARE_NPM_AUTH: "from the host", SIGNALBOX_HOME: "/home", NPM_AUTH: "other" });
const profile = (env: Record<string, string | { host: string }>) => ({ name: "lead", version: 1, env });

test("[HST-53] [SPN-33] a host's value is its variable SIGNALBOX_SHARE_NAME and no other; literals stay", () => {
  expect(profileEnv(profile({ MODE: "fast", TOKEN: { host: "NPM_AUTH" } }), shared)).toEqual({
    MODE: "fast",
    TOKEN: "from the host",
  });
  expect(profileEnv(undefined, shared)).toEqual({});
});

test("[HST-53] what the host does not share fails the start as provider_missing, naming it", () => {
  const start = () => profileEnv(profile({ TOKEN: { host: "HOME" } }), shared);
  expect(start).toThrow(expect.objectContaining({ reason: "provider_missing" }));
  expect(start).toThrow("Profile lead wants HOME of this host for TOKEN: set SIGNALBOX_SHARE_HOME");
});
