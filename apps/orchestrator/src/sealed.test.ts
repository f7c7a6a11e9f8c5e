import { expect, test } from "vitest";
import { sealed, unsealed } from "./sealed.ts";

const value = { id: "cmd_1", "7": [1, null, { deep: "ü\n\u2028" }], none: undefined, text: 'quote " and \\' };

test("[HST-30] whatever byte of a sealed text is changed or missing, it is what was written or nothing", () => {
  for (const space of [0, 2]) {
    const text = sealed(value, space);
    const whole = JSON.parse(JSON.stringify(value));
    expect(unsealed(text)).toEqual(whole);
    const bytes = Buffer.from(text);
    for (const [offset, was] of bytes.entries()) {
      expect(unsealed(bytes.subarray(0, offset).toString("utf8"))).toBeNull();
      for (const other of [0, 0x20, 0x31, was ^ 1, was ^ 0x20]) {
        const changed = Buffer.from(bytes);
        changed[offset] = other;
        const { sebl: _, ...read } = (unsealed(changed.toString("utf8")) ?? whole) as Record<string, unknown>;
        expect(read).toMatchObject(whole);
      }
    }
  }
});

test("[HST-30] what an earlier version wrote has no seal and counts; what is no object does not", () => {
  expect(unsealed('{"id":"cmd_1"}')).toEqual({ id: "cmd_1" });
  expect(["null", "[]", "1", "{", ""].map(unsealed)).toEqual([null, null, null, null, null]);
});
