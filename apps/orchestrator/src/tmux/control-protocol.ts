/** What a tmux server says to a client in control mode. Text is latin1: one character is one byte. */
export type ControlEvent =
  | { type: "output"; data: Buffer }
  | { type: "layout"; cols: number; rows: number }
  | { type: "reply"; ok: boolean; lines: string[]; own: boolean }
  | { type: "exit" };

/** Bytes that tmux wrote as text, in which control characters and backslashes are `\ooo`. */
export function unescapeBytes(text: string): Buffer {
  const plain = text.includes("\\")
    ? text.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)))
    : text;
  return Buffer.from(plain, "latin1");
}

/**
 * Reads the stream of a control client: feed it chunks, get events in the order in which tmux wrote them. A reply is
 * `own` when it answers a line that this client sent.
 */
export function createControlReader(emit: (event: ControlEvent) => void): (chunk: Buffer) => void {
  let rest = "";
  let block: { tail: string; own: boolean; lines: string[] } | null = null;

  function inBlock(line: string, open: NonNullable<typeof block>): void {
    const ok = line === `%end ${open.tail}`;
    if (!ok && line !== `%error ${open.tail}`) {
      open.lines.push(line);
      return;
    }
    block = null;
    emit({ type: "reply", ok, lines: open.lines, own: open.own });
  }

  function line(text: string): void {
    if (block) inBlock(text, block);
    else outside(text);
  }

  function outside(text: string): void {
    const space = text.indexOf(" ");
    const word = space < 0 ? text : text.slice(0, space);
    const tail = space < 0 ? "" : text.slice(space + 1);
    if (word === "%begin") block = { tail, own: tail.endsWith(" 1"), lines: [] };
    else if (word === "%output") emit({ type: "output", data: unescapeBytes(tail.slice(tail.indexOf(" ") + 1)) });
    else if (word === "%exit") emit({ type: "exit" });
    else if (word === "%layout-change") {
      const [, cols, rows] = /^\S+ [0-9a-f]+,(\d+)x(\d+),/.exec(tail) ?? [];
      if (cols && rows) emit({ type: "layout", cols: Number(cols), rows: Number(rows) });
    }
  }

  return (chunk) => {
    const lines = (rest + chunk.toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) line(text);
  };
}
