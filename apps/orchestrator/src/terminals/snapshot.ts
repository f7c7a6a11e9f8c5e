import { stripVTControlCharacters } from "node:util";
import { unescapeBytes } from "../tmux/control-protocol.ts";
import { exactly } from "../tmux/tmux.ts";

/** A screen as bytes that restore it in a fresh terminal of that size (HST-42). */
export interface Snapshot {
  cols: number;
  rows: number;
  data: Buffer;
}

const fields = [
  "pane_width",
  "pane_height",
  "cursor_x",
  "cursor_y",
  "history_size",
  "alternate_on",
  "alternate_saved_x",
  "alternate_saved_y",
  "cursor_flag",
  "insert_flag",
  "keypad_cursor_flag",
  "keypad_flag",
  "wrap_flag",
  "mouse_standard_flag",
  "mouse_button_flag",
  "mouse_all_flag",
  "mouse_sgr_flag",
  "bracket_paste_flag",
  "scroll_region_upper",
  "scroll_region_lower",
] as const;
type Field = (typeof fields)[number];

const scrollbackLines = 2000;
/** Where a snapshot would be larger, older lines are left out, then the screen's colours: it must fit in one frame. */
const largestBytes = 512 * 1024;

/** The commands whose replies make a snapshot, as one line; tmux answers all five from the same instant. */
export function snapshotLine(sessionName: string): string {
  const at = exactly(sessionName);
  const format = fields.map((name) => `${name}=#{${name}}`).join(" ");
  return [
    `display-message -p -t ${at} '${format}'`,
    `capture-pane -p -e -J -S -${scrollbackLines} -E -1 -t ${at}`,
    `capture-pane -p -e -J -t ${at}`,
    `capture-pane -p -e -J -a -q -t ${at}`,
    `capture-pane -p -P -C -t ${at}`,
  ].join(" ; ");
}
export const snapshotReplies = 5;

const to = (x: number, y: number): string => `\x1b[${y + 1};${x + 1}H`;
const plain = "\x0f\x1b[0m";

/** Makes the snapshot from tmux's replies: scrollback, screen, modes and cursor. Without text of any other kind. */
export function composeSnapshot(blocks: string[][]): Snapshot {
  const [info = [], history = [], colouredScreen = [], colouredPrimary = [], partial = []] = blocks;
  const [screen, primary] = [fitting(colouredScreen), fitting(colouredPrimary)];
  const found = Object.fromEntries((info[0] ?? "").split(" ").map((pair) => pair.split("="))) as Record<Field, string>;
  const number = (name: Field): number => Number(found[name]) || 0;
  const isOn = (name: Field): boolean => found[name] === "1";
  const [cols, rows] = [number("pane_width") || 80, number("pane_height") || 24];

  const below = isOn("alternate_on") ? primary : screen;
  const older = number("history_size") > 0 ? history : [];
  const lines = [...newest(older, largestBytes - sizeOf(screen) - sizeOf(primary)), ...below];
  const parts = ["\x1bc\x1b)0", lines.join("\r\n"), plain];
  if (isOn("alternate_on")) {
    const [x, y] = [number("alternate_saved_x"), number("alternate_saved_y")];
    parts.push(to(Math.min(x, cols - 1), Math.min(y, rows - 1)), "\x1b[?1049h\x1b[H", screen.join("\r\n"), plain);
  }
  parts.push(...modes(isOn));
  const [upper, lower] = [number("scroll_region_upper"), number("scroll_region_lower")];
  if (lower > upper && (upper > 0 || lower < rows - 1)) parts.push(`\x1b[${upper + 1};${lower + 1}r`);
  parts.push(to(number("cursor_x"), number("cursor_y")));
  const data = Buffer.concat([Buffer.from(parts.join(""), "latin1"), unescapeBytes(partial.join("\n"))]);
  return { cols, rows, data };
}

const sizeOf = (lines: string[]): number => lines.reduce((sum, line) => sum + line.length + 2, 0);

/** The lines as they are, or plain where colour alone makes them too large. */
const fitting = (lines: string[]): string[] =>
  sizeOf(lines) > largestBytes / 2 ? lines.map((line) => stripVTControlCharacters(line)) : lines;

/** As many lines from the end as fit. */
function newest(lines: string[], bytes: number): string[] {
  let left = bytes;
  let from = lines.length;
  while (from > 0 && left >= (lines[from - 1] as string).length + 2) {
    from -= 1;
    left -= (lines[from] as string).length + 2;
  }
  return lines.slice(from);
}

function modes(isOn: (name: Field) => boolean): string[] {
  const set: [boolean, string][] = [
    [isOn("insert_flag"), "\x1b[4h"],
    [isOn("keypad_cursor_flag"), "\x1b[?1h"],
    [isOn("keypad_flag"), "\x1b="],
    [!isOn("wrap_flag"), "\x1b[?7l"],
    [isOn("mouse_standard_flag"), "\x1b[?1000h"],
    [isOn("mouse_button_flag"), "\x1b[?1002h"],
    [isOn("mouse_all_flag"), "\x1b[?1003h"],
    [isOn("mouse_sgr_flag"), "\x1b[?1006h"],
    [isOn("bracket_paste_flag"), "\x1b[?2004h"],
    [!isOn("cursor_flag"), "\x1b[?25l"],
  ];
  return set.flatMap(([wanted, bytes]) => (wanted ? [bytes] : []));
}
