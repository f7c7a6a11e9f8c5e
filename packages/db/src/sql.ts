import type { ArgType, SqlDriverAdapter, SqlQuery, SqlQueryable } from "@prisma/driver-adapter-utils";
import { Prisma } from "./generated/sqlite/client.ts";
import type { Sql, Tx } from "./types.ts";
import type { Engine } from "./url.ts";

/** What a column may be given; booleans, dates and numbers are stored as Prisma stores them. */
type Value = string | number | boolean | Date | null;

const plain: ArgType = { scalarType: "unknown", arity: "scalar" };

/** A statement as the engine's driver takes it. */
function statementFor(engine: Engine, query: Prisma.Sql): SqlQuery {
  const args = query.values;
  return { sql: engine === "sqlite" ? query.sql : query.text, args, argTypes: args.map(() => plain) };
}

/** Plain SQL on an adapter or on one of its transactions. */
function sqlOn(engine: Engine, place: () => SqlQueryable): Sql {
  return {
    async rows<Row>(query: Prisma.Sql) {
      const { columnNames, rows } = await place().queryRaw(statementFor(engine, query));
      return rows.map((row) => Object.fromEntries(columnNames.map((name, n) => [name, row[n]])) as Row);
    },
    run: async (query) => place().executeRaw(statementFor(engine, query)),
  };
}

/** Plain SQL inside a `write()`. */
export const sqlIn = (tx: Tx): Sql => ({
  rows: async <Row>(query: Prisma.Sql) => tx.$queryRaw<Row[]>(query),
  run: async (query) => tx.$executeRaw(query),
});

/** Plain SQL on a database's adapter: single statements, and transactions of them. */
export function plainSql(engine: Engine, adapter: () => SqlDriverAdapter) {
  async function transaction<T>(body: (sql: Sql) => Promise<T>): Promise<T> {
    const open = await adapter().startTransaction();
    // Some drivers commit by themselves, others want the word.
    const say = async (word: "COMMIT" | "ROLLBACK") => {
      if (!open.options.usePhantomQuery) await open.executeRaw({ sql: word, args: [], argTypes: [] });
    };
    let result: T;
    try {
      result = await body(sqlOn(engine, () => open));
      await say("COMMIT");
    } catch (error) {
      await say("ROLLBACK").catch(() => undefined);
      await open.rollback();
      throw error;
    }
    await open.commit();
    return result;
  }
  return { sql: sqlOn(engine, adapter), transaction };
}

/** Rows of one statement: of few sizes, so that their texts stay prepared. */
const sizes = [64, 8, 1];

/** Statements that insert these rows in order; what a row leaves out is null. `returning`: a column of each. */
export function insertInto(table: Prisma.ModelName, rows: readonly object[], returning?: string): Prisma.Sql[] {
  const columns = Object.keys(Object.assign({}, ...rows));
  const named = Prisma.raw(`INSERT INTO "${table}" (${columns.map((one) => `"${one}"`).join(", ")}) VALUES `);
  const back = returning ? Prisma.raw(` RETURNING "${returning}"`) : Prisma.empty;
  const statements: Prisma.Sql[] = [];
  for (let at = 0; at < rows.length; ) {
    const size = sizes.find((one) => one <= rows.length - at) ?? 1;
    const part = rows.slice(at, at + size) as Record<string, Value>[];
    const values = part.map((row) => Prisma.sql`(${Prisma.join(columns.map((one) => row[one] ?? null))})`);
    statements.push(Prisma.sql`${named}${Prisma.join(values)}${back}`);
    at += size;
  }
  return statements;
}
