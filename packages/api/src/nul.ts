/** Path of a text in a JSON value that holds a NUL character, as key or value; null where there is none but in `except`. */
export function nulIn(input: unknown, except?: string): string | null {
  const waiting: [path: string, value: unknown][] = [["input", input]];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [path, value] = next;
    if (typeof value === "string" && value.includes("\0") && path !== except) return path;
    if (typeof value !== "object" || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (key.includes("\0")) return path;
      waiting.push([path === "input" ? key : `${path}.${key}`, inner]);
    }
  }
  return null;
}
