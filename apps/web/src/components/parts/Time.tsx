"use client";

import { ago } from "../../lib/time.ts";
import { useNow } from "./Now.tsx";

/** How long ago; `Hints` shows the local date and time on hover and focus (CON-63). */
export function Time({ at }: { at: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the absolute time must be reachable by keyboard
    <time dateTime={at} tabIndex={0} style={{ whiteSpace: "nowrap" }}>
      {ago(at, useNow())}
    </time>
  );
}
