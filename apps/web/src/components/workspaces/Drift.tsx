import type { Workspace } from "../../lib/types.ts";
import { count } from "../../lib/words.ts";

/** Commits before and behind base, and files that are not committed. */
export function Drift({ ahead, behind, dirtyFiles }: Pick<Workspace, "ahead" | "behind" | "dirtyFiles">) {
  const meaning = `${count(ahead, "commit")} ahead of base, ${behind} behind, ${count(dirtyFiles, "file")} not committed`;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the meaning must be reachable by keyboard
    <span data-hint={meaning} tabIndex={0} style={{ whiteSpace: "nowrap", fontVariantNumeric: "tabular-nums" }}>
      ↑{ahead} ↓{behind}
      {dirtyFiles > 0 ? <span style={{ color: "var(--sb-amber)" }}> ±{dirtyFiles}</span> : null}
    </span>
  );
}
