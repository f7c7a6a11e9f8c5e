/** Text as a TOML basic string: JSON's escapes are TOML's too, but for DEL, which only JSON allows as it is. */
const text = (value: string): string => JSON.stringify(value.toWellFormed()).replaceAll("\u007f", "\\u007f");

export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

/** A value as TOML in one line; keys are quoted, so that any text may be one. */
function toml(value: Value): string {
  if (typeof value === "string") return text(value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map(toml).join(",")}]`;
  return `{${Object.entries(value)
    .map(([key, one]) => `${text(key)}=${toml(one)}`)
    .join(",")}}`;
}

/** The arguments that set one key of the program's configuration for this run; the person's files stay as they are. */
export const setting = (key: string, value: Value): string[] => ["-c", `${key}=${toml(value)}`];
