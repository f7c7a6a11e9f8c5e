"use client";

import { UnstyledButton } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { shortSha } from "../../lib/words.ts";
import classes from "./Sha.module.css";

/** A commit by its first characters; pressing it copies the whole hash (CON-34). */
export function Sha({ sha, strong }: { sha: string; strong?: boolean }) {
  const { copied, copy } = useClipboard();
  return (
    <UnstyledButton
      className={classes.sha}
      data-strong={strong || undefined}
      data-hint={copied ? "Copied" : `Copy ${sha}`}
      aria-description={`Copies ${sha}`}
      onClick={() => copy(sha)}
    >
      {shortSha(sha)}
    </UnstyledButton>
  );
}
