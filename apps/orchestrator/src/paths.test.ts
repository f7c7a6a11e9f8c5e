import { expect, test } from "vitest";
import { hostPaths, runnerSocket } from "./paths.ts";

test.each(["/home/me/.signalbox", `/very/${"deep/".repeat(30)}home`])(
  "sockets of %s have paths that the kernel takes, one per command",
  (home) => {
    const { run, tmuxSocket } = hostPaths({ home, tmp: "/tmp", uid: 501 });
    const [one, two] = [runnerSocket(run, "cmd_1"), runnerSocket(run, "cmd_2")];
    expect(one).not.toBe(two);
    for (const path of [one, tmuxSocket]) expect(Buffer.byteLength(path)).toBeLessThanOrEqual(100);
  },
);

test("two homes with long paths have different sockets", () => {
  const at = (name: string) => hostPaths({ home: `/${"x".repeat(100)}/${name}`, tmp: "/tmp", uid: 0 }).run;
  expect(at("a")).not.toBe(at("b"));
});
