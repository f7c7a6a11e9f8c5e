import type { Services } from "../context.ts";
import type { CommandError, CommandType, ResultOf } from "../contracts/index.ts";
import type { Unit } from "../unit.ts";
import type { CommandRow } from "./mapper.ts";

/** How a command ended. */
export type Outcome<T extends CommandType> =
  | { state: "succeeded"; result: ResultOf<T> }
  | { state: "failed" | "expired"; error: CommandError }
  | { state: "cancelled" };

/** Brings what depends on a command to where its outcome leaves it, in the outcome's own transaction. */
export type Settle<T extends CommandType> = (
  services: Services,
  unit: Unit,
  command: CommandRow,
  outcome: Outcome<T>,
) => Promise<void>;
