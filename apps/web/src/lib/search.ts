/** The query part of an address, as Next gives it to a page. */
export type Search = Record<string, string | string[] | undefined>;

/** The first value of a name; empty when there is none. */
export const searchValue = (search: Search, name: string): string => [search[name]].flat()[0] ?? "";
