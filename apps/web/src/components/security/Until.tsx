"use client";

import { fromNow } from "../../lib/time.ts";
import { useNow } from "../parts/Now.tsx";

/** The end of a token's life, ahead or behind; `Hints` shows the local date and time (CON-63). */
export function Until({ at, over }: { at: string | null; over: boolean }) {
  const now = useNow();
  if (!at) return "never ends";
  return (
    <>
      {over ? "ended " : "ends "}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the absolute time must be reachable by keyboard */}
      <time dateTime={at} tabIndex={0} style={{ whiteSpace: "nowrap" }}>
        {fromNow(at, now)}
      </time>
    </>
  );
}
