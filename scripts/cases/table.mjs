/** Text columns as wide as their widest cell; numbers are set to the right. The first row is the heading. */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  const line = (row) =>
    row
      .map((cell, column) =>
        typeof cell === "number" ? String(cell).padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join("  ")
      .trimEnd();
  const [heading, ...body] = rows;
  return [line(heading), widths.map((width) => "─".repeat(width)).join("  "), ...body.map(line)].join("\n");
}

/** Three significant digits where a figure is small, whole numbers where it is large. */
const round = (value) => (Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

/** The table of `npm run bench`. */
export function benchTable(results) {
  const rows = results.flatMap(({ name, rows }) =>
    rows.map((row) => [
      name,
      row.name,
      round(row.value),
      row.unit,
      row.floor ? `${round(row.floor.value)} ${row.floor.name}` : "",
      row.ratio === undefined ? "" : `${round(row.ratio)}×`,
    ]),
  );
  return table([["case", "figure", "value", "unit", "floor", "ratio"], ...rows]);
}

/** How many promises a fault broke. */
export const broke = (row) => Object.values(row.violations).reduce((sum, n) => sum + n, 0);

/** The table of `npm run chaos`. */
export function chaosTable(results) {
  const rows = results.flatMap(({ rows }) =>
    rows.map((row) => [
      row.fault,
      row.trials,
      Object.entries(row.violations)
        .map(([name, n]) => `${n} ${name}`)
        .join(", "),
      broke(row) > 0 ? "BROKEN" : "held",
      row.notes ?? "",
    ]),
  );
  return table([["fault", "trials", "violations", "", "notes"], ...rows]);
}
