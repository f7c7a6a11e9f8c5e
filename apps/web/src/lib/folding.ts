const mostCharacters = 1_600;
const mostLines = 20;

/** The part of a text that is shown at first, or null when it is short enough to be shown whole (CON-46). */
export function folded(text: string): string | null {
  const lines = text.split("\n", mostLines + 1);
  const cut = (lines.length > mostLines ? lines.slice(0, mostLines).join("\n") : text).slice(0, mostCharacters);
  return cut.length < text.length ? cut.trimEnd() : null;
}
