import type { ProfileFields } from "@signalbox/api/contracts";
import { type ProfileValues, toFields, toValues } from "./profile-form.ts";

export const fieldLabels = {
  description: "Description",
  instructions: "Instructions",
  provider: "Provider",
  model: "Model",
  effort: "Effort",
  approvalMode: "Approval",
  workspaceMode: "Workspace",
  maxSpawnedAgents: "Live children",
  spawnTopLevel: "Top level",
  extraScopes: "Extra scopes",
  env: "Environment",
  permissions: "Permissions",
  mcpServers: "MCP servers",
  skills: "Skills",
  kind: "Kind",
  tools: "Tools",
  cwd: "Directory",
  keepAlive: "Keep alive",
} as const satisfies Record<keyof ProfileFields, string>;

export type Field = keyof typeof fieldLabels;

/** One field of which two versions of a profile say different things. */
export interface Difference {
  field: Field;
  label: string;
  mine: string;
  stored: string;
}

/** JSON with the keys of objects in one order, so that equal values are equal texts. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => a.localeCompare(b)))
      : part,
  ) ?? "";

function shown(value: unknown): string {
  if (value === undefined) return "";
  if (value === true) return "yes";
  if (Array.isArray(value)) return value.join("\n");
  return typeof value === "object" ? JSON.stringify(value, null, 2) : String(value);
}

/** The fields in which the form and a stored profile differ, both as text (CON-42). */
export function differences(mine: ProfileValues, stored: ProfileFields): Difference[] {
  const [here, there] = [toFields(mine), toFields(toValues(stored))];
  return (Object.keys(fieldLabels) as Field[])
    .filter((field) => canonical(here[field]) !== canonical(there[field]))
    .map((field) => ({ field, label: fieldLabels[field], mine: shown(here[field]), stored: shown(there[field]) }));
}

/** The form's values with one field as it is stored. */
export function taking(mine: ProfileValues, stored: ProfileFields, field: Field): ProfileValues {
  const theirs = toValues(stored);
  if (field === "permissions") return { ...mine, allow: theirs.allow, deny: theirs.deny };
  return { ...mine, [field]: theirs[field] };
}
