import type { ProfileFields } from "@signalbox/api/contracts";
import type { PutProfileInput } from "./types.ts";

/** A variable or header: a literal, or the host's own variable of that name (SPN-33). */
export interface ValueRow {
  /** Tells rows apart while they are edited. */
  key: string;
  name: string;
  from: "literal" | "host";
  value: string;
}

export interface ServerRow {
  key: string;
  name: string;
  command: string;
  /** One per line. */
  args: string;
  url: string;
  env: ValueRow[];
  headers: ValueRow[];
}

/** What the profile form holds: text for every field, rows for lists of named values. */
export interface ProfileValues {
  name: string;
  description: string;
  instructions: string;
  provider: string;
  model: string;
  effort: string;
  approvalMode: string;
  workspaceMode: string;
  maxSpawnedAgents: number | string;
  spawnTopLevel: boolean;
  extraScopes: string[];
  env: ValueRow[];
  /** Rules, one per line. */
  allow: string;
  deny: string;
  mcpServers: ServerRow[];
  skills: string[];
  kind: string;
  /** One per line. */
  tools: string;
  cwd: string;
  keepAlive: boolean;
}

type Value = NonNullable<ProfileFields["env"]>[string];

/** Rows need only differ from each other. */
const rowKey = (): string => Math.random().toString(36).slice(2);

export const newValueRow = (): ValueRow => ({ key: rowKey(), name: "", from: "literal", value: "" });
export const newServerRow = (): ServerRow => ({
  key: rowKey(),
  name: "",
  command: "",
  args: "",
  url: "",
  env: [],
  headers: [],
});

const toRows = (record: Record<string, Value> = {}): ValueRow[] =>
  Object.entries(record).map(([name, value]) =>
    typeof value === "string"
      ? { key: rowKey(), name, from: "literal", value }
      : { key: rowKey(), name, from: "host", value: value.host },
  );

/** The form's values for a stored profile, or for a new one. */
export function toValues({ name = "", ...fields }: ProfileFields & { name?: string }): ProfileValues {
  const { permissions, mcpServers = {} } = fields;
  return {
    name,
    description: fields.description ?? "",
    instructions: fields.instructions ?? "",
    provider: fields.provider ?? "",
    model: fields.model ?? "",
    effort: fields.effort ?? "",
    approvalMode: fields.approvalMode ?? "",
    workspaceMode: fields.workspaceMode ?? "",
    maxSpawnedAgents: fields.maxSpawnedAgents ?? 0,
    spawnTopLevel: fields.spawnTopLevel ?? false,
    extraScopes: [...(fields.extraScopes ?? [])],
    env: toRows(fields.env),
    allow: (permissions?.allow ?? []).join("\n"),
    deny: (permissions?.deny ?? []).join("\n"),
    mcpServers: Object.entries(mcpServers).map(([server, { command = "", args = [], url = "", env, headers }]) => ({
      key: rowKey(),
      name: server,
      command,
      args: args.join("\n"),
      url,
      env: toRows(env),
      headers: toRows(headers),
    })),
    skills: [...(fields.skills ?? [])],
    kind: fields.kind ?? "",
    tools: (fields.tools ?? []).join("\n"),
    cwd: fields.cwd ?? "",
    keepAlive: fields.keepAlive ?? false,
  };
}

const some = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);
const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

function fromRows(rows: readonly ValueRow[]): Record<string, Value> | undefined {
  const filled = rows.filter(({ name, value }) => name.trim() || value);
  if (filled.length === 0) return undefined;
  return Object.fromEntries(
    filled.map(({ name, from, value }) => [name.trim(), from === "host" ? { host: value.trim() } : value]),
  );
}

function fromServers(rows: readonly ServerRow[]): ProfileFields["mcpServers"] {
  if (rows.length === 0) return undefined;
  const entries = rows.map(({ name, command, args, url, env, headers }) => [
    name.trim(),
    withoutEmpty({
      command: command.trim(),
      args: some(linesOf(args)),
      url: url.trim(),
      env: fromRows(env),
      headers: fromRows(headers),
    }),
  ]);
  return Object.fromEntries(entries);
}

/** Without what is unset, empty or off, which is the same to the relay. */
const withoutEmpty = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== "" && value !== false),
  ) as Partial<T>;

/** What is sent: fields without content are left out. */
export function toFields(values: ProfileValues): ProfileFields {
  const [allow, deny] = [linesOf(values.allow), linesOf(values.deny)];
  const most = values.maxSpawnedAgents;
  return withoutEmpty({
    description: values.description.trim(),
    instructions: values.instructions,
    provider: values.provider,
    model: values.model.trim(),
    effort: values.effort.trim(),
    approvalMode: values.approvalMode,
    workspaceMode: values.workspaceMode,
    maxSpawnedAgents: most === 0 || most === "" ? undefined : Number(most),
    spawnTopLevel: values.spawnTopLevel,
    extraScopes: some(values.extraScopes),
    env: fromRows(values.env),
    permissions: allow.length + deny.length > 0 ? { allow, deny } : undefined,
    mcpServers: fromServers(values.mcpServers),
    skills: some(values.skills),
    kind: values.kind.trim(),
    tools: some(linesOf(values.tools)),
    cwd: values.cwd.trim(),
    keepAlive: values.keepAlive,
  }) as ProfileFields;
}

/** `version`: the one that was edited; 0: none was stored. Another change in between is refused (SPN-34). */
export const toPut = (values: ProfileValues, version: number): PutProfileInput =>
  ({ ...toFields(values), name: values.name.trim(), ifVersion: version }) as PutProfileInput;

const rowAt = (rows: readonly { name: string }[], name: string | undefined): number =>
  rows.findIndex((row) => row.name.trim() === name);

/** Where in the form a field of the relay's refusal stands: `env.KEY` is `env.0.value`. Null for a field it does not have. */
export function formPath(values: ProfileValues, field: string): string | null {
  const [head = "", name, part, inner] = field.split(".");
  if (head === "permissions") return name === "deny" ? "deny" : "allow";
  if (head === "env") return `env.${Math.max(0, rowAt(values.env, name))}.value`;
  if (head !== "mcpServers") return head in values ? head : null;
  const at = Math.max(0, rowAt(values.mcpServers, name));
  const server = values.mcpServers[at];
  if (part === "command" || part === "url" || part === "args") return `mcpServers.${at}.${part}`;
  if (!server || (part !== "env" && part !== "headers")) return `mcpServers.${at}.name`;
  return `mcpServers.${at}.${part}.${Math.max(0, rowAt(server[part], inner))}.value`;
}

/** What a person must complete before anything is sent; the relay checks the rest. */
export function incomplete(values: ProfileValues): Record<string, string> {
  const wrong: Record<string, string> = values.name.trim() ? {} : { name: "A name is needed" };
  const rows = (path: string, list: readonly { name: string; value?: string }[]) => {
    for (const [at, { name, value }] of list.entries()) {
      if (!name.trim() && value !== "") wrong[`${path}.${at}.name`] = "A name is needed";
      else if (name.trim() && rowAt(list, name.trim()) < at) wrong[`${path}.${at}.name`] = "This name is there twice";
    }
  };
  rows("env", values.env);
  rows("mcpServers", values.mcpServers);
  for (const [at, server] of values.mcpServers.entries()) {
    rows(`mcpServers.${at}.env`, server.env);
    rows(`mcpServers.${at}.headers`, server.headers);
  }
  return wrong;
}
