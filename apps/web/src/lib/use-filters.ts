"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { type Values, valuesOf } from "./filters.ts";

/** Filters that live in the address (CON-11). Changing one leads back to the first page, so `cursor` goes. */
export function useFilters<Name extends string>(names: readonly Name[], cursor: string) {
  const search = useSearchParams();
  const values = useMemo<Values<Name>>(() => valuesOf(names, new URLSearchParams(search.toString())), [names, search]);
  const change = useCallback(
    (changes: Partial<Values<Name>>, how: "push" | "replace" = "push") => {
      const url = new URL(window.location.href);
      url.searchParams.delete(cursor);
      for (const [name, value] of Object.entries<string | undefined>(changes)) {
        if (value) url.searchParams.set(name, value);
        else url.searchParams.delete(name);
      }
      if (how === "push") window.history.pushState(null, "", url);
      else window.history.replaceState(null, "", url);
    },
    [cursor],
  );
  return { values, change };
}
