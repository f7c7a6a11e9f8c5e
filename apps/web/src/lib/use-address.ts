"use client";

import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

/**
 * One value that lives in the address, so that a link shows what I saw (CON-11). Setting it changes the address
 * without asking the server; `push` leaves a step for the back button.
 */
export function useAddress(name: string, usual = ""): [string, (value: string, how?: "push" | "replace") => void] {
  const value = useSearchParams().get(name) ?? usual;
  const set = useCallback(
    (next: string, how: "push" | "replace" = "push") => {
      const url = new URL(window.location.href);
      if (next === usual) url.searchParams.delete(name);
      else url.searchParams.set(name, next);
      if (how === "push") window.history.pushState(null, "", url);
      else window.history.replaceState(null, "", url);
    },
    [name, usual],
  );
  return [value, set];
}
