import type { InArgs, InStatement, ResultSet, Row } from "@libsql/client";
import type { Connection } from "./sqlite-connection.ts";

/** Most statements that stay prepared on a connection; each takes a few kilobytes. */
const MOST_PREPARED = 256;

/** Runs one statement at a time on `connection` and keeps those that were used last prepared. */
export function createRunner(connection: Connection): (statement: InStatement) => ResultSet {
  const prepared = new Map<string, ReturnType<typeof prepare>>();
  const take = (sql: string) => {
    const made = prepared.get(sql) ?? prepare(connection, sql);
    // Those that are used stay.
    prepared.delete(sql);
    prepared.set(sql, made);
    const [oldest] = prepared.keys();
    if (prepared.size > MOST_PREPARED && oldest !== undefined) prepared.delete(oldest);
    return made;
  };
  return (statement) => {
    const { sql, args = [] } = typeof statement === "string" ? { sql: statement } : statement;
    const { run, columns } = take(sql);
    const values = bind(args);
    if (!columns) return { ...NO_ROWS, rowsAffected: run.run(...values).changes };
    const rows = run.all(...values) as unknown[][];
    return { ...NO_ROWS, ...columns, rows: rows.map((row) => row.map(fromSql)) as unknown as Row[] };
  };
}

function prepare(connection: Connection, sql: string) {
  const run = connection.prepare(sql).safeIntegers(true);
  if (!run.reader) return { run };
  const described = run.raw(true).columns();
  return {
    run,
    columns: {
      columns: described.map(({ name }) => name),
      columnTypes: described.map(({ type }) => type ?? ""),
    },
  };
}

const NO_ROWS: ResultSet = {
  columns: [],
  columnTypes: [],
  rows: [],
  rowsAffected: 0,
  lastInsertRowid: undefined,
  toJSON: () => ({}),
};

/** The driver binds every number as REAL, which `5 || ''` shows as "5.0"; whole numbers are bound as INTEGER instead. */
function bind(args: InArgs): unknown[] {
  return Object.values(args).map((value) => {
    if (typeof value === "boolean") return value ? 1n : 0n;
    return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
  });
}

function fromSql(value: unknown): unknown {
  if (typeof value === "bigint" && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER)
    return Number(value);
  if (value instanceof Uint8Array) return value.slice().buffer;
  return value;
}
