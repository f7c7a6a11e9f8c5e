const MOST_LINES = 300;
const SOURCE = /\.(ts|tsx|mts|mjs|js|css|sh|prisma)$/;
const REASON = /over 300 lines: \S/;

/** No source file over 300 lines, unless one of its first five lines says why: `over 300 lines: <reason>`. */
export const size = {
  name: "file size",
  run(tree) {
    const files = tree.paths
      .filter((path) => SOURCE.test(path))
      .map((path) => ({ path, lines: tree.text(path).trimEnd().split("\n") }));
    const details = files
      .filter(({ lines }) => lines.length > MOST_LINES && !lines.slice(0, 5).some((line) => REASON.test(line)))
      .map(
        ({ path, lines }) =>
          `${path} has ${lines.length} lines, at most ${MOST_LINES}: split it, or say why in its first five lines`,
      );
    const lengths = files.map(({ lines }) => lines.length).sort((a, b) => a - b);
    return { details, summary: `${files.length} files, median ${lengths[lengths.length >> 1] ?? 0} lines` };
  },
};
