import fc from "fast-check";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { trustedHash } from "./hooks.ts";
import { setting } from "./toml.ts";

test("[HST-57] any text in any script is the same text after a TOML parser has read it", () => {
  const unit = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\u007f", '"""', "'''", "\\u0041", "\r\n", "🚦", "שלום"),
  );
  const text = fc.array(unit).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (value) => {
      const [, arg = ""] = setting("developer_instructions", value);
      expect(parse(arg)).toEqual({ developer_instructions: value });
    }),
    { numRuns: 200 },
  );
});

test("[HST-57] keys, lists, numbers and nested values survive too; half a character becomes a whole one", () => {
  const value = { '/with "quotes" and.dots/=': { list: ["a", 1, true], none: [] }, "": "x" };
  expect(parse(setting("x.y", value)[1] ?? "")).toEqual({ x: { y: value } });
  expect(parse(setting("x", "\ud83d")[1] ?? "")).toEqual({ x: "\ufffd" });
});

test("[HST-54] codex turn detection: a hook's trust is the hash that version 0.169.0 makes of it", () => {
  // As its own app server answered to hooks/list for these two.
  const tell = { type: "command" as const, command: "/opt/sbx hook", timeout: 3 };
  expect(trustedHash("stop", { hooks: [tell] })).toBe(
    "sha256:0f00cbdc763e2298dc563ed86b4532cac3a69e1e2a185aade1de0c1742ef24e9",
  );
  const show = { ...tell, command: "/bin/cat text", additionalContextLimit: 1_000_000 };
  expect(trustedHash("session_start", { matcher: "startup|clear|compact", hooks: [show] })).toBe(
    "sha256:93e636ba5a4eba0986b51ffa5ba481217e87b3747cbc281e39bfb3d5f6e2ceeb",
  );
});
