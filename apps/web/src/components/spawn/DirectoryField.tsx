"use client";

import { Button, Popover, ScrollArea, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconArrowUp, IconFolder, IconGitBranch } from "@tabler/icons-react";
import { skipToken, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { problemOf } from "../../lib/problem.ts";
import { useTRPC } from "../../trpc/context.ts";
import classes from "./DirectoryField.module.css";

interface Props {
  /** Host whose directories are listed; null when it cannot be asked. */
  orchestratorId: string | null;
  value: string;
  error: ReactNode;
  onChange: (path: string) => void;
}

const parentOf = (path: string) => path.replace(/\/[^/]+\/?$/, "") || "/";

/** The directory to work in: typed, or chosen among those of the host (CON-52). */
export function DirectoryField({ orchestratorId, value, error, onChange }: Props) {
  const [opened, setOpened] = useState(false);
  const browser = (
    <Popover opened={opened} onChange={setOpened} width="min(460px, 90vw)" position="bottom-end" trapFocus shadow="md">
      <Popover.Target>
        <Button size="compact-xs" variant="default" disabled={!orchestratorId} onClick={() => setOpened(!opened)}>
          Browse
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={6} aria-label="Directories of the host">
        {opened ? (
          <Directories orchestratorId={orchestratorId} path={value} go={onChange} done={() => setOpened(false)} />
        ) : null}
      </Popover.Dropdown>
    </Popover>
  );
  return (
    <TextInput
      label="Directory"
      description="Below the host's base directory; a git repository for an isolated workspace"
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      rightSectionWidth={76}
      rightSection={browser}
    />
  );
}

interface DirectoriesProps {
  orchestratorId: string | null;
  path: string;
  go: (path: string) => void;
  done: () => void;
}

function Directories({ orchestratorId, path, go, done }: DirectoriesProps) {
  const input = orchestratorId ? { orchestratorId, ...(path ? { path } : {}) } : skipToken;
  const read = useQuery({ ...useTRPC().orchestrators.directories.queryOptions(input), staleTime: 0, retry: false });
  const at = read.data?.path ?? path;
  const visible = read.data?.directories.filter(({ hidden }) => !hidden) ?? [];
  return (
    <>
      <ScrollArea.Autosize mah={260} type="auto">
        <UnstyledButton className={classes.row} onClick={() => go(parentOf(at))}>
          <IconArrowUp size={15} /> Up
        </UnstyledButton>
        {read.isPending ? (
          <Text size="sm" c="dimmed" className={classes.note}>
            Asking the host
          </Text>
        ) : read.error ? (
          <Text size="sm" c="var(--sb-red)" className={classes.note} role="alert">
            {problemOf(read.error).message}
          </Text>
        ) : visible.length === 0 ? (
          <Text size="sm" c="dimmed" className={classes.note}>
            No directories in here
          </Text>
        ) : (
          visible.map(({ name, isRepository }) => (
            <UnstyledButton key={name} className={classes.row} onClick={() => go(`${at.replace(/\/$/, "")}/${name}`)}>
              {isRepository ? <IconGitBranch size={15} /> : <IconFolder size={15} />}
              <span>{name}</span>
              {isRepository ? <span className={classes.kind}>git repository</span> : null}
            </UnstyledButton>
          ))
        )}
        {read.data?.truncated ? (
          <Text size="xs" c="dimmed" className={classes.note}>
            Only the first 1,000 are shown; type the rest of the path.
          </Text>
        ) : null}
      </ScrollArea.Autosize>
      <Button mt={6} variant="default" fullWidth onClick={done}>
        Use this directory
      </Button>
    </>
  );
}
