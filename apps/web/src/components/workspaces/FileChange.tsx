"use client";

import { Text } from "@mantine/core";
import { useMemo } from "react";
import { Diff, Hunk, parseDiff } from "react-diff-view";
import "react-diff-view/style/index.css";
import type { WorkspaceDiff } from "../../lib/types.ts";
import classes from "./FileChange.module.css";

interface Props {
  file: WorkspaceDiff["files"][number];
  split: boolean;
}

/** The lines of one changed file; text is only ever shown as text. */
export function FileChange({ file, split }: Props) {
  const parsed = useMemo(() => (file.text === null ? undefined : parseDiff(file.text)[0]), [file.text]);
  if (file.text === null) return <Text size="sm">Too long to be shown here; look at it in the worktree.</Text>;
  if (file.added === null) return <Text size="sm">A binary file; its content is not shown.</Text>;
  if (!parsed || parsed.hunks.length === 0)
    return <Text size="sm">{file.oldPath ? "Renamed; no line differs." : "No line differs."}</Text>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keys
    <section className={classes.scroll} tabIndex={0} aria-label={`Changes of ${file.path}`}>
      <Diff viewType={split ? "split" : "unified"} diffType={parsed.type} hunks={parsed.hunks} className={classes.diff}>
        {(hunks) => hunks.map((hunk) => <Hunk key={hunk.content} hunk={hunk} />)}
      </Diff>
    </section>
  );
}
