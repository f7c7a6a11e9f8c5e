"use client";

import { Button, NumberInput, Switch, Text, TextInput } from "@mantine/core";
import { mostBatched } from "@signalbox/api/contracts";
import type { Repository } from "../../lib/types.ts";
import { useRepositoryForm } from "../../lib/use-repository-form.ts";
import { useRefusal } from "../../lib/use-session.ts";
import { lastPart } from "../../lib/words.ts";
import { HostLink } from "../parts/Links.tsx";
import { PageHead } from "../parts/PageHead.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Refused } from "../parts/Refused.tsx";
import { CheckRows } from "./CheckRows.tsx";
import classes from "./Repository.module.css";

interface Props {
  stored: Repository;
  onAll: () => void;
}

/** What a change must pass in one repository before it lands (CON-50, WSP-51). */
export function RepositoryEditor({ stored, onAll }: Props) {
  const { form, saving, saved, refused, save, discard } = useRepositoryForm(stored);
  const missing = useRefusal("settings:write");
  const dirty = form.isDirty();
  const state = dirty
    ? "Not saved yet"
    : saved === stored.version
      ? `Saved as version ${saved}`
      : "Everything is saved";
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!saving) save();
      }}
    >
      <PageHead
        title={lastPart(stored.repoRoot)}
        about={
          <>
            <code>{stored.repoRoot}</code> on <HostLink id={stored.orchestratorId} />
          </>
        }
      >
        <Button variant="default" onClick={onAll}>
          All repositories
        </Button>
      </PageHead>
      <fieldset className={classes.fields} disabled={missing !== null} aria-label="Repository">
        <Panel title="Checks">
          <CheckRows form={form} />
        </Panel>
        <Panel title="Landing">
          <div className={classes.pair}>
            <NumberInput
              label="Repeat a red check"
              description="0 to 3 times; usually 0"
              min={0}
              max={3}
              allowDecimal={false}
              clampBehavior="none"
              {...form.getInputProps("checkRetries")}
            />
            <NumberInput
              label="Changes tested together"
              description={`1 to ${mostBatched}; usually ${mostBatched}`}
              min={1}
              max={mostBatched}
              allowDecimal={false}
              clampBehavior="none"
              {...form.getInputProps("batchSize")}
            />
            <TextInput
              label="Base branch"
              description="Of new workspaces; empty: the remote's default, else the one checked out"
              placeholder="main"
              maxLength={240}
              spellCheck={false}
              {...form.getInputProps("baseBranch")}
            />
            <Switch
              label="Protected"
              description="Nothing lands by itself: what is ready waits for a person"
              {...form.getInputProps("protected", { type: "checkbox" })}
            />
          </div>
        </Panel>
      </fieldset>
      <div className={classes.bar}>
        {refused ? (
          <Refused problem={refused} />
        ) : (
          <Text size="sm" c="dimmed" component="div" role="status">
            {state}
          </Text>
        )}
        {dirty ? (
          <Button variant="default" size="sm" onClick={discard}>
            Discard changes
          </Button>
        ) : null}
        {missing ? (
          <Button size="sm" data-disabled aria-disabled="true" data-hint={missing}>
            Save
          </Button>
        ) : (
          <Button type="submit" size="sm" loading={saving}>
            Save
          </Button>
        )}
      </div>
    </form>
  );
}
