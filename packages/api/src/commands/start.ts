import { commandTypes, type SpawnParams } from "../contracts/index.ts";
import type { CommandRow } from "./mapper.ts";

/** What a command starts: a spawn's own params, a restart's new ones; null for commands that start no agent (IDN-39). */
export function startOf({ type, params }: Pick<CommandRow, "type" | "params">): SpawnParams | null {
  if (type === "agent.spawn") return commandTypes[type].params.parse(JSON.parse(params));
  if (type === "agent.restart") return commandTypes[type].params.parse(JSON.parse(params)).restartSpawn;
  return null;
}
