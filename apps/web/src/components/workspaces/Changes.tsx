"use client";

import { Accordion, SegmentedControl, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { reads } from "../../lib/reads.ts";
import type { WorkspaceDiff } from "../../lib/types.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import { Sha } from "../parts/Sha.tsx";
import { FileChange } from "./FileChange.tsx";

const views = [
  { value: "unified", label: "Unified" },
  { value: "split", label: "Side by side" },
];

/** Files with added and removed lines; each opens by itself, on a phone always unified (CON-32). */
export function Changes({ workspaceId }: { workspaceId: string }) {
  const [view, setView] = useState("unified");
  const phone = useMediaQuery("(max-width: 48em)") ?? false;
  const read = useQuery(reads.diff(useTRPC(), workspaceId));
  const choice = phone ? null : (
    <SegmentedControl size="xs" data={views} value={view} onChange={setView} aria-label="View of the changes" />
  );
  return (
    <Panel title="Changes" aside={choice} flush>
      <Part read={read} rows={4}>
        {(diff) => <Files diff={diff} split={!phone && view === "split"} />}
      </Part>
    </Panel>
  );
}

function Files({ diff, split }: { diff: WorkspaceDiff; split: boolean }) {
  const { files, from, base, truncated } = diff;
  const [opened, setOpened] = useState<string[]>([]);
  const count = files.length === 1 ? "1 file" : `${files.length} files`;
  return (
    <>
      <Text size="sm" c="dimmed" px="md" py="xs" component="div">
        {files.length ? count : "No file"} against <Sha sha={base} />
        {from === "kept" ? ", of what is kept: the worktree is gone" : ", with what is not committed"}.
        {truncated ? " There is more than is shown: at most 300 files, 1 MiB, and 200 KiB of one file." : ""}
      </Text>
      <Accordion multiple chevronPosition="left" value={opened} onChange={setOpened}>
        {files.map((file) => (
          <Accordion.Item key={file.path} value={file.path}>
            <Accordion.Control>
              <Text size="sm" ff="monospace" component="span" style={{ overflowWrap: "anywhere" }}>
                {file.oldPath ? `${file.oldPath} → ${file.path}` : file.path}
              </Text>{" "}
              <Text size="xs" c="dimmed" component="span">
                {file.added === null ? "binary" : `${file.added} added, ${file.removed} removed`}
              </Text>
            </Accordion.Control>
            <Accordion.Panel>
              {opened.includes(file.path) ? <FileChange file={file} split={split} /> : null}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </>
  );
}
