"use client";

import { Tooltip } from "@mantine/core";
import { absoluteTime, ago } from "../lib/time.ts";
import { useNow } from "./Now.tsx";

/** How long ago, with the local date and time on hover and focus (CON-63). */
export function Time({ at }: { at: string }) {
  const now = useNow();
  return (
    <Tooltip label={<LocalTime at={at} />}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the absolute time must be reachable by keyboard */}
      <time dateTime={at} tabIndex={0} style={{ whiteSpace: "nowrap" }}>
        {ago(at, now)}
      </time>
    </Tooltip>
  );
}

/** Only ever drawn in the browser: the server does not know its time zone. */
function LocalTime({ at }: { at: string }) {
  return absoluteTime(at);
}
