/** Why a database could not be used. */
export type DatabaseErrorReason = "unsupported-url" | "unavailable" | "misuse" | "closed";

/** A database that cannot be opened or was used wrongly; the message says what to do. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  constructor(
    readonly reason: DatabaseErrorReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Why migrations were not applied. */
export type MigrationErrorReason = "changed" | "newer-database" | "unfinished" | "unreadable" | "failed";

/** Migrations that cannot be applied; the database is as it was before the migration that is named. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
  constructor(
    readonly reason: MigrationErrorReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
