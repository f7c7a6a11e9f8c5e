"use client";

import { Button, Group, SimpleGrid, Stack, TagsInput, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { Problem } from "@signalbox/api/contracts";
import { type NewAgentValues, placeholders, promptLimit } from "../../lib/new-agent.ts";
import { hostRefusal, offersOf } from "../../lib/spawn-choices.ts";
import type { Host } from "../../lib/types.ts";
import { Refused } from "../parts/Refused.tsx";
import { DirectoryField } from "./DirectoryField.tsx";
import { GrantPreview } from "./GrantPreview.tsx";
import { MoreFields } from "./MoreFields.tsx";
import { ProgramFields } from "./ProgramFields.tsx";
import { useProfiles } from "./use-profiles.ts";
import { WhereFields } from "./WhereFields.tsx";

interface Props {
  form: UseFormReturnType<NewAgentValues>;
  hosts: readonly Host[];
  busy: boolean;
  /** A refusal that names no field. */
  refused: Problem | null;
  onSubmit: (values: NewAgentValues) => void;
  onCancel: () => void;
}

/** Where it runs, what runs, what it should do and what it may do; refusals stand at their field. */
export function NewAgentForm({ form, hosts, busy, refused, onSubmit, onCancel }: Props) {
  const { provider, orchestratorId, queue } = form.values;
  const { choices, refusal } = useProfiles();
  const profile = choices.find(({ name }) => name === form.values.profile) ?? null;
  const host = hosts.find(({ id }) => id === orchestratorId);
  const offers = offersOf(hosts, orchestratorId, queue);
  const offer = offers.find((one) => one.provider === provider);
  return (
    <form onSubmit={form.onSubmit(onSubmit)} noValidate>
      <Stack gap="md">
        <WhereFields form={form} hosts={hosts} offers={offers} />
        <DirectoryField
          orchestratorId={host && !hostRefusal(host, true) ? host.id : null}
          value={form.values.cwd}
          error={form.errors.cwd}
          onChange={(path) => form.setFieldValue("cwd", path)}
        />
        <Textarea
          label={provider === "shell" ? "Script" : "Prompt"}
          description={provider === "shell" ? "Runs with bash in the workspace; sbx is on the path" : undefined}
          placeholder={placeholders[provider]}
          autosize
          minRows={6}
          maxRows={16}
          maxLength={promptLimit}
          spellCheck={provider !== "shell"}
          data-autofocus
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13, lineHeight: 1.55 } }}
          {...form.getInputProps("prompt")}
        />
        <ProgramFields form={form} offer={offer} profiles={choices} profile={profile} profilesRefusal={refusal} />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <TextInput
            label="Label"
            placeholder="Short name for people"
            maxLength={120}
            {...form.getInputProps("label")}
          />
          <TagsInput label="Tags" placeholder="Enter after each" {...form.getInputProps("tags")} />
        </SimpleGrid>
        <MoreFields form={form} hosts={hosts} />
        <GrantPreview values={form.values} offer={offer} profile={profile} />
        <Refused problem={refused} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" size="sm" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" size="sm" loading={busy}>
            Start agent
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
