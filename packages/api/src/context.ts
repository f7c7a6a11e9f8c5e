import type { Database } from "@signalbox/db";
import type { Denials } from "./activity/denials.ts";
import type { Comeback, Registered } from "./agents/comeback.ts";
import type { Said, Taken } from "./agents/said.ts";
import type { Blobs } from "./artifacts/blobs.ts";
import type { Bells } from "./bells.ts";
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";
import type { Caller } from "./identity/caller.ts";
import type { LastUse } from "./identity/last-use.ts";
import type { Limits } from "./identity/limits.ts";
import type { Credential, TokenCache } from "./identity/token-cache.ts";
import type { idFactory } from "./ids.ts";
import type { Refuted, Witnessed } from "./messages/deliver.ts";
import type { Draft, Posting } from "./messages/draft.ts";
import type { MailRoom } from "./messages/mail-room.ts";
import type { Addressed } from "./messages/references.ts";
import type { Fleet } from "./orchestrators/fleet.ts";
import type { Presence } from "./orchestrators/presence.ts";
import type { Settings } from "./settings/definitions.ts";

/** The part of pino that services use. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What every service and loop of one relay shares; made once at boot, passed in everywhere. */
export interface Services {
  db: Database;
  clock: Clock;
  newId: ReturnType<typeof idFactory>;
  bells: Bells;
  hub: Hub;
  presence: Presence;
  fleet: Fleet;
  /** Every setting's present value. */
  settings: Settings;
  tokens: TokenCache;
  limits: Limits;
  denials: Denials;
  /** Takes an agent back that was online before; null where it must register anew. */
  comeBack(item: Comeback): Promise<Registered | null>;
  /** Writes that a command went to its host. */
  delivered(commandId: string): Promise<undefined>;
  /** Writes what an agent says that it does now. */
  said(item: Said): Promise<Taken>;
  /** The agent with exactly this id, as far as it can be addressed. */
  addressed(id: string): Promise<Addressed | null>;
  /** Ids of what is to be injected into an agent's session, in order. */
  waitingFor(agentId: string): Promise<number[]>;
  /** Stores a message; answered when it is on disk (MSG-38). */
  post(item: Draft): Promise<Posting>;
  /** Takes evidence of how far messages came; why not, where it did not. */
  witness(item: Witnessed): Promise<Refuted | null>;
  /** What was just stored, for the streams of runners. */
  mail: MailRoom;
  /** Tokens and sessions used since `lastUsedAt` was written last (IDN-11). */
  used: LastUse;
  /** Contents of artifacts. */
  blobs: Blobs;
  log: Log;
  /** When this relay started; presence counts from here (HST-13). */
  startedAt: Date;
  /** `SIGNALBOX_PUBLIC_URL`. */
  publicUrl: string;
}

/** One call. */
export interface Context extends Services {
  requestId: string;
  transport: "http" | "ws" | "mcp" | "rest" | "internal";
  credential: Credential | null;
  /** Whether the request's Origin is the console's own (IDN-54). */
  sameOrigin: boolean;
  address: string;
  connection: Connection | null;
  /** The same call was made before, and its answer was lost on the way. */
  repeated?: boolean;
  /** Sets or, with null, clears the session cookie; only over HTTP. */
  setSession: ((secret: string | null) => void) | null;
}

/** A call whose caller is known and holds one of the procedure's scopes. */
export interface Authed extends Context {
  caller: Caller;
  /** Throws when the caller could not make this call any more (IDN-09). */
  stillAllowed(): Promise<void>;
}

/** A call to an open procedure: a bad credential is refused, none is allowed. */
export interface Opened extends Context {
  caller: Caller | null;
}
