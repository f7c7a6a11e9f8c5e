import type { Scope } from "@signalbox/api/contracts";
import type { Session } from "./types.ts";

/** Whether a session may use what this scope opens; the server checks by itself. */
export const holds = (session: Pick<Session, "scopes"> | null | undefined, scope: Scope): boolean =>
  session ? session.scopes.includes("*") || session.scopes.includes(scope) : false;
