import { type Search, searchValue } from "./search.ts";

/** What a list is narrowed to, by the names in the address; an empty value narrows nothing. */
export type Values<Name extends string> = Record<Name, string>;

const valuesBy = <Name extends string>(names: readonly Name[], value: (name: Name) => string) =>
  Object.fromEntries(names.map((name) => [name, value(name)])) as Values<Name>;

/** The values of these names in the address, as a page gets it. */
export const valuesIn = <Name extends string>(names: readonly Name[], search: Search): Values<Name> =>
  valuesBy(names, (name) => searchValue(search, name));

/** The same, as the browser has it. */
export const valuesOf = <Name extends string>(names: readonly Name[], search: URLSearchParams): Values<Name> =>
  valuesBy(names, (name) => search.get(name) ?? "");

/** An input of a procedure without what is empty, so that the relay's defaults hold. */
export const given = <T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: string } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) as { [K in keyof T]?: string };

/** An instant from an address as the relay takes it; empty when it is none. */
export function instant(text: string): string {
  const at = Date.parse(text);
  return Number.isNaN(at) ? "" : new Date(at).toISOString();
}

/** An instant as a field for local date and time shows it, to the minute. */
export function toLocalField(iso: string): string {
  const at = new Date(iso);
  return instant(iso) && new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
