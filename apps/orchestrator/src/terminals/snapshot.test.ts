import { expect, test } from "vitest";
import { screen } from "../../test/screen.ts";
import { composeSnapshot } from "./snapshot.ts";

const info = (rest: string) => [`pane_width=300 pane_height=3 cursor_x=0 cursor_y=0 wrap_flag=1 cursor_flag=1 ${rest}`];
const frame = 1024 * 1024;

test("[HST-42] a snapshot fits in one frame: the oldest lines go, then the colours of the screen", async () => {
  const history = Array.from({ length: 2000 }, (_, i) => `${i} ${"h".repeat(290)}`);
  const long = composeSnapshot([info("history_size=2000"), history, ["top", "", "bottom"], [""], [""]]);
  expect(long.data.length * (4 / 3)).toBeLessThan(frame);
  expect(long.data.toString()).toContain("1999 h");
  expect(long.data.toString()).toContain("bottom");

  const cell = "\x1b[38;2;100;100;100;48;2;200;200;200mx";
  const painted = Array.from({ length: 80 }, () => cell.repeat(300));
  const large = composeSnapshot([info("history_size=0 alternate_on=1"), [""], painted, ["below"], [""]]);
  expect(large.data.length * (4 / 3)).toBeLessThan(frame);
  expect(large.data.toString()).toContain("x".repeat(300));
});

test("[HST-42] hidden cursor, keypad, mouse and what is half an escape sequence are restored", async () => {
  const flags = "history_size=0 keypad_cursor_flag=1 mouse_button_flag=1 mouse_sgr_flag=1 bracket_paste_flag=1";
  const { cols, rows, data } = composeSnapshot([info(flags), [""], ["a", "b", "c"], [""], ["\\033[3"]]);
  const view = screen();
  view.show({ type: "snapshot", cols, rows, data: data.toString("base64"), resync: false });
  view.show({ type: "output", data: Buffer.from("1mred").toString("base64") });
  expect((await view.visible())[0]).toBe("red");
  expect(view.terminal.buffer.active.getLine(0)?.getCell(0)?.getFgColor()).toBe(1);
  const { applicationCursorKeysMode, bracketedPasteMode, mouseTrackingMode } = view.terminal.modes;
  expect([applicationCursorKeysMode, bracketedPasteMode, mouseTrackingMode]).toEqual([true, true, "drag"]);
});
