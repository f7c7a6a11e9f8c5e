import { fitting } from "../answer-size.ts";
import type { Authed } from "../context.ts";
import { AgentState, Provider } from "../contracts/index.ts";
import { AppError } from "../errors.ts";
import { actingAgent } from "../identity/caller.ts";
import type { AgentRow } from "./mapper.ts";
import { chosen, holds, stored } from "./matching.ts";
import { statesOf } from "./rules.ts";
import type { FindAgents, FoundAgents } from "./schema.ts";
import { cards } from "./service.ts";

const sortKeys = { lastActive: "lastActiveAt", created: "createdAt", label: "label" } as const;
const listed = (given: string | string[] | undefined): string[] | null => (given === undefined ? null : [given].flat());

/** The given words, each one of those that are known; else Invalid, naming the field and all of them (MSG-03, MSG-13). */
function known<Word extends string>(field: string, given: string | string[] | undefined, words: readonly Word[]) {
  const all = listed(given);
  const strange = all?.find((word) => !(words as readonly string[]).includes(word));
  if (strange === undefined) return all as Word[] | null;
  throw new AppError("Invalid", `${field}: ${strange} is none of ${words.join(", ")}`, { field });
}

const holdsAny = (list: string, words: string[] | null): boolean => !words || words.some((word) => holds(list, word));

/** What the database can decide of `holdsAny`. */
const storedAny = (column: "tags" | "capabilities", words: string[] | null) =>
  words ? [{ OR: words.map((word) => ({ [column]: stored(word) })) }] : [];

const named = ({ id, label }: AgentRow, parts: string[] | null): boolean =>
  !parts || parts.some((part) => (label ?? id).toLowerCase().includes(part.toLowerCase()));

/** Agents by what they are and can (MSG-13 to MSG-18). */
export async function find(ctx: Authed, input: FindAgents): Promise<FoundAgents> {
  const { label, capability, tag, machine, spawnedBy, sortBy, order, cursor, limit } = input;
  const providers = known("provider", input.provider, Provider.options);
  const kinds = known("kind", input.kind, ["managed", "interactive"]);
  const states = known("status", input.status, [...AgentState.options, "running", "all"]);
  const parent = spawnedBy === "me" ? actingAgent(ctx.caller) : spawnedBy;
  // "me" of somebody who is no agent matches nothing (MSG-16).
  if (parent === null) return { agents: [], count: 0, nextCursor: null };
  const machines = listed(machine);
  const hosts =
    machines &&
    (await ctx.db.client.orchestrator.findMany({ where: { hostname: { in: machines } }, select: { id: true } }));
  const running = statesOf(states ?? "running");
  const wantedKind = kinds && new Set(kinds).size === 1 ? kinds[0] : null;
  const [parts, tags, capabilities] = [listed(label), listed(tag), listed(capability)];
  const where = {
    AND: [...storedAny("tags", tags), ...storedAny("capabilities", capabilities)],
    ...(running ? { state: { in: running } } : {}),
    ...(providers ? { provider: { in: providers } } : {}),
    ...(hosts ? { orchestratorId: { in: hosts.map(({ id }) => id) } } : {}),
    ...(wantedKind ? { commandId: wantedKind === "managed" ? { not: null } : null } : {}),
    ...(parent === undefined ? {} : { spawnedBy: parent }),
  };
  const keep = (row: AgentRow) =>
    named(row, parts) && holdsAny(row.tags, tags) && holdsAny(row.capabilities, capabilities);
  const found = await chosen(ctx, { where, keep, orderBy: { [sortKeys[sortBy]]: order }, cursor, limit });
  const all = await cards(ctx, found.rows);
  const agents = fitting(ctx, all);
  const nextCursor = agents.length < all.length ? (agents.at(-1)?.id ?? null) : found.nextCursor;
  return { agents, count: agents.length, nextCursor };
}
