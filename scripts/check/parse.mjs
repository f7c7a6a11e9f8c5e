import { parseSync, Visitor } from "oxc-parser";

/** The same text with comments and the inside of strings blanked: a search finds code only, and line numbers stay. */
export function codeOnly(path, text) {
  const { comments, program } = parseSync(path, text);
  const spans = [...comments];
  const note = (node) => spans.push(node);
  new Visitor({ Literal: (node) => typeof node.value === "string" && note(node), TemplateElement: note }).visit(
    program,
  );
  const code = text.split("");
  for (const { start, end } of spans) for (let i = start; i < end; i += 1) if (code[i] !== "\n") code[i] = " ";
  return code.join("");
}

/** Line number (from 1) of an offset in a text. */
export const lineAt = (text, offset) => text.slice(0, offset).split("\n").length;

/**
 * Every import, re-export and dynamic import of a source: `{ from, type, line }`. `type` is true when nothing of it is
 * left at run time.
 */
export function importsOf(path, text) {
  const { module } = parseSync(path, text);
  const statics = module.staticImports.map(({ start, moduleRequest, entries }) => ({
    from: moduleRequest.value,
    type: entries.length > 0 ? entries.every(({ isType }) => isType) : /^import\s+type\b/.test(text.slice(start)),
    line: lineAt(text, start),
  }));
  const exports = module.staticExports.flatMap(({ start, entries }) => {
    const passed = entries.filter(({ moduleRequest }) => moduleRequest);
    if (passed.length === 0) return [];
    return [
      { from: passed[0].moduleRequest.value, type: passed.every(({ isType }) => isType), line: lineAt(text, start) },
    ];
  });
  const dynamic = module.dynamicImports.map(({ start, moduleRequest }) => ({
    from: text.slice(moduleRequest.start, moduleRequest.end).replace(/^["'`]|["'`]$/g, ""),
    type: false,
    line: lineAt(text, start),
  }));
  return [...statics, ...exports, ...dynamic];
}
