import type { TerminalChunk } from "@signalbox/api/contracts";
import xterm from "@xterm/headless";

/** A real terminal that takes what a viewer is sent. */
export function screen() {
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, scrollback: 5000, allowProposedApi: true });
  let settled = Promise.resolve();
  const write = (data: string) => {
    settled = settled.then(() => new Promise((resolve) => terminal.write(Buffer.from(data, "base64"), resolve)));
  };
  return {
    terminal,
    show(chunk: TerminalChunk) {
      if (chunk.type === "snapshot" || chunk.type === "resize") {
        settled = settled.then(() => terminal.resize(chunk.cols, chunk.rows));
      }
      if (chunk.type === "snapshot" || chunk.type === "output") write(chunk.data);
    },
    /** Lines of the active buffer without space at the end; scrollback too. */
    async lines(): Promise<string[]> {
      await settled;
      const { active } = terminal.buffer;
      return Array.from({ length: active.length }, (_, i) => active.getLine(i)?.translateToString(true) ?? "");
    },
    /** Only what is on screen now. */
    async visible(): Promise<string[]> {
      return (await this.lines()).slice(terminal.buffer.active.baseY);
    },
    cursor: () => ({ x: terminal.buffer.active.cursorX, y: terminal.buffer.active.cursorY }),
  };
}
