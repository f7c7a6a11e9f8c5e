import { FitAddon } from "@xterm/addon-fit";
import { type ITheme, Terminal } from "@xterm/xterm";

/** A terminal is dark in both themes: what runs in it chose its colours for that. */
const colours: ITheme = {
  background: "#0b0e11",
  foreground: "#d6dbe1",
  cursor: "#d6dbe1",
  cursorAccent: "#0b0e11",
  selectionBackground: "#2f86e655",
  black: "#1b2026",
  red: "#f0686d",
  green: "#52c994",
  yellow: "#f0b04a",
  blue: "#6aaef8",
  magenta: "#b5a4ff",
  cyan: "#56c7d1",
  white: "#c3c9d2",
  brightBlack: "#77818d",
  brightRed: "#ff8f92",
  brightGreen: "#7fe0b3",
  brightYellow: "#ffcf7d",
  brightBlue: "#9bcaff",
  brightMagenta: "#d0c5ff",
  brightCyan: "#8fe3ea",
  brightWhite: "#f4f6f8",
};

export const usualFontSize = 13;

/** Opens only http and https links, in a new tab that learns nothing of this one (CON-27). */
function openLink(_event: MouseEvent, text: string): void {
  if (/^https?:\/\//i.test(text)) window.open(text, "_blank", "noopener,noreferrer");
}

export interface Screen {
  term: Terminal;
  fit: FitAddon;
  /** The size of letters at which so many columns fit the element's width, within readable bounds. */
  sizeForColumns(cols: number): number;
}

/** A terminal in an element. It has no handler for titles and clipboard, so output cannot reach them (CON-27). */
export function openScreen(element: HTMLElement): Screen {
  const fontFamily = `${getComputedStyle(document.body).getPropertyValue("--font-geist-mono")}, monospace`;
  const term = new Terminal({
    fontFamily,
    fontSize: usualFontSize,
    lineHeight: 1.25,
    scrollback: 5_000,
    theme: colours,
    disableStdin: true,
    cursorBlink: false,
    cursorInactiveStyle: "outline",
    linkHandler: { activate: openLink, allowNonHttpProtocols: false },
  });
  const fit = new FitAddon();
  term.loadAddon(fit);
  term.open(element);
  const pen = document.createElement("canvas").getContext("2d");
  return {
    term,
    fit,
    sizeForColumns(cols) {
      if (!pen) return usualFontSize;
      pen.font = `100px ${fontFamily}`;
      const perColumn = pen.measureText("0").width / 100;
      const room = element.clientWidth - 20;
      return Math.max(8, Math.min(usualFontSize, Math.floor((room / (cols * perColumn)) * 2) / 2));
    },
  };
}

/** Sends typed text in order, one call at a time, what was typed meanwhile with the next. */
export function orderedInput(send: (data: string) => Promise<unknown>, failed: (error: unknown) => void) {
  const most = 16_000;
  let waiting = "";
  let sending = false;
  return async function type(data: string): Promise<void> {
    waiting += data;
    if (sending) return;
    sending = true;
    while (waiting) {
      const part = waiting.slice(0, most);
      waiting = waiting.slice(part.length);
      await send(part).catch((error) => {
        waiting = "";
        failed(error);
      });
    }
    sending = false;
  };
}
