import type { Database } from "@signalbox/db";

/** Part of a text, whatever its case: SQLite compares so by itself, PostgreSQL has to be told. */
export const partOf = ({ engine }: Pick<Database, "engine">, text: string) => ({
  contains: text,
  ...(engine === "postgresql" ? { mode: "insensitive" } : {}),
});
