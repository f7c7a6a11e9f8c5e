"use client";

import { CopyButton, Tooltip, UnstyledButton } from "@mantine/core";
import { shortSha } from "../lib/words.ts";
import classes from "./Sha.module.css";

/** A commit by its first characters; pressing it copies the whole hash (CON-34). */
export function Sha({ sha, strong }: { sha: string; strong?: boolean }) {
  return (
    <CopyButton value={sha}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : `Copy ${sha}`}>
          <UnstyledButton className={classes.sha} data-strong={strong || undefined} onClick={copy} aria-label={`Copy commit ${sha}`}>
            {shortSha(sha)}
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
