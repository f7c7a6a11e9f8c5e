import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { DatabaseError } from "./errors.ts";

/** The two database engines. */
export type Engine = "sqlite" | "postgresql";

/** Where a database is. */
export type Location = { engine: "sqlite"; path: string } | { engine: "postgresql"; url: string };

/** `file:` → SQLite (a path, relative to the working directory, or a `file://` URL); `postgresql:`, `postgres:` → PostgreSQL; else a `DatabaseError`. */
export function locate(url: string): Location {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === "postgresql" || scheme === "postgres") return { engine: "postgresql", url };
  if (scheme === "file") {
    const rest = url.slice("file:".length);
    const path = rest.startsWith("//") ? fileURLToPath(url) : rest;
    if (path !== "") return { engine: "sqlite", path: resolve(path) };
  }
  const given = scheme === undefined ? "no scheme" : `"${scheme}:"${scheme === "file" ? " without a path" : ""}`;
  throw new DatabaseError(
    "unsupported-url",
    `The database URL has ${given}: use file:/path/to/relay.db (SQLite) or postgresql://user:password@host:5432/name (PostgreSQL).`,
  );
}
