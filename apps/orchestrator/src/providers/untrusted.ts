/** A text that is not empty, or undefined: what a program tells its hooks is not to be trusted. */
export const textOf = (value: unknown): string | undefined => (typeof value === "string" && value ? value : undefined);

/** The fields of an object; none of anything else. */
export const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** The items of a list; none of anything else. */
export const itemsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
