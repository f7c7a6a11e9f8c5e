"use client";

import { useInterval } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { duration } from "../../lib/time.ts";
import { useNow } from "./Now.tsx";

/** How long something has been going on, by the second. */
export function Elapsed({ since }: { since: string }) {
  const [now, setNow] = useState(useNow());
  const { start, stop } = useInterval(() => setNow(Date.now()), 1_000);
  useEffect(() => {
    setNow(Date.now());
    start();
    return stop;
  }, [start, stop]);
  return <span>{duration(Math.max(0, Math.floor((now - Date.parse(since)) / 1000) * 1000))}</span>;
}
