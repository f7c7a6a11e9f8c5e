import { type Constraints, excess, type Scope, scopes } from "@signalbox/api/contracts";
import { holds } from "./session-rights.ts";
import type { CreateTokenInput, Session, TokenTemplate } from "./types.ts";

type Maker = Pick<Session, "profile" | "scopes" | "constraints">;

/** What the form for a token holds. An empty list does not restrict. */
export interface TokenValues {
  name: string;
  profile: TokenTemplate["profile"];
  scopes: Scope[];
  /** Days to live; empty: for ever, or as long as the maker's token. `at`: until the given time. */
  life: string;
  /** Local date and time, as the browser's field gives it. */
  until: string;
  agents: string[];
  orchestrators: string[];
  cwdPrefixes: string[];
  policies: string[];
  targets: string[];
  channels: string[];
  /** Live children; empty: none. */
  maxSpawnedAgents: number | string;
  terminalAttach: boolean;
  logsRead: boolean;
}

export const lives = [
  { value: "1", label: "1 day" },
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "at", label: "Until a time" },
] as const;

const limitLists = ["agents", "orchestrators", "cwdPrefixes", "policies", "targets", "channels"] as const;
export type LimitList = (typeof limitLists)[number];

/** Scopes that the maker can give; `*` is given by the profile admin alone. */
export const offeredScopes = (maker: Maker): Scope[] => scopes.filter((scope) => scope !== "*" && holds(maker, scope));

/** Scopes of a template as far as the maker has them. */
const givenScopes = (maker: Maker, template: TokenTemplate): Scope[] =>
  template.scopes.filter((scope) => holds(maker, scope));

/** Token profiles that the maker can give at least in part (CON-49). Those of started agents are made by the spawn alone. */
export const offeredProfiles = (maker: Maker, templates: readonly TokenTemplate[]): TokenTemplate[] =>
  templates.filter((template) => template.profile !== "provider-agent" && givenScopes(maker, template).length > 0);

/** Which limits mean something for these scopes and this profile; the maker's own are always there. */
export function offeredLimits(maker: Maker, { profile, scopes: chosen }: Pick<TokenValues, "profile" | "scopes">) {
  const may = (...wanted: Scope[]) => chosen.includes("*") || wanted.some((scope) => chosen.includes(scope));
  const fits: Record<LimitList, boolean> = {
    agents: profile === "interactive" || profile === "integration",
    orchestrators: may(
      "command:spawn",
      "command:spawn-top-level",
      "command:shutdown",
      "orchestrator:write",
      "command:write",
    ),
    cwdPrefixes: may("command:spawn", "command:spawn-top-level", "orchestrator:read"),
    policies: may("policy:write"),
    targets: may("message:send"),
    channels: may("message:send"),
  };
  return {
    lists: limitLists.filter((key) => fits[key] || maker.constraints[key] !== undefined),
    maxSpawnedAgents: maker.constraints.maxSpawnedAgents !== undefined || (fits.agents && may("command:spawn")),
    terminalAttach: may("terminal:attach") && maker.constraints.terminalAttach !== false,
    logsRead: may("logs:read") && maker.constraints.logsRead !== false,
  };
}

/** The form as it opens for a template: everything of it that the maker can give. */
export function startValues(maker: Maker, template: TokenTemplate, name = ""): TokenValues {
  const { constraints } = maker;
  return {
    name,
    profile: template.profile,
    scopes: givenScopes(maker, template),
    life: "",
    until: "",
    agents: [...(constraints.agents ?? [])],
    orchestrators: [...(constraints.orchestrators ?? [])],
    cwdPrefixes: [...(constraints.cwdPrefixes ?? [])],
    policies: [...(constraints.policies ?? [])],
    targets: [...(constraints.targets ?? [])],
    channels: [...(constraints.channels ?? [])],
    maxSpawnedAgents: constraints.maxSpawnedAgents ?? "",
    terminalAttach: (template.constraints.terminalAttach ?? true) && (constraints.terminalAttach ?? true),
    logsRead: (template.constraints.logsRead ?? true) && (constraints.logsRead ?? true),
  };
}

function endOf({ life, until }: TokenValues, now: number): string | undefined {
  if (life === "at") return Number.isNaN(Date.parse(until)) ? undefined : new Date(until).toISOString();
  return life ? new Date(now + Number(life) * 86_400_000).toISOString() : undefined;
}

/** What is sent: the maker's own constraints, tightened by what was chosen (IDN-32). */
export function toCreate(
  maker: Maker,
  values: TokenValues,
  now: number,
): CreateTokenInput & { constraints: Constraints } {
  const offered = offeredLimits(maker, values);
  const constraints: Constraints = { ...maker.constraints };
  for (const key of offered.lists) if (values[key].length > 0) constraints[key] = [...values[key]];
  if (offered.maxSpawnedAgents && values.maxSpawnedAgents !== "")
    constraints.maxSpawnedAgents = Number(values.maxSpawnedAgents);
  if (offered.terminalAttach) constraints.terminalAttach = values.terminalAttach;
  if (offered.logsRead) constraints.logsRead = values.logsRead;
  const expiresAt = endOf(values, now) ?? maker.constraints.expiresAt;
  if (expiresAt) constraints.expiresAt = expiresAt;
  return { name: values.name.trim(), profile: values.profile, scopes: [...values.scopes], constraints };
}

/** What of it the maker cannot give, by the rule of `tokens.create`; null when the relay will not refuse it for that. */
export const tooMuch = (
  maker: Maker,
  wanted: { scopes?: readonly string[]; constraints: Constraints },
): string | null =>
  excess(
    // A session always has a profile: that of the token with which it was opened.
    { profile: maker.profile ?? "viewer", scopes: new Set(maker.scopes), constraints: maker.constraints },
    { scopes: (wanted.scopes ?? []) as Scope[], constraints: wanted.constraints },
  );
