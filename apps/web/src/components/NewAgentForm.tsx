"use client";

import { Alert, Button, Group, Select, SimpleGrid, Stack, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { Problem } from "@signalbox/api/contracts";
import { hostRefusal, modes, type NewAgentValues, placeholders, promptLimit } from "../lib/new-agent.ts";
import type { Host } from "../lib/types.ts";
import { DirectoryField } from "./DirectoryField.tsx";

interface Props {
  form: UseFormReturnType<NewAgentValues>;
  hosts: readonly Host[];
  busy: boolean;
  /** A refusal that names no field. */
  refused: Problem | null;
  onSubmit: (values: NewAgentValues) => void;
  onCancel: () => void;
}

/** Where it runs, what runs and what it should do; refusals stand at their field. */
export function NewAgentForm({ form, hosts, busy, refused, onSubmit, onCancel }: Props) {
  const { provider, orchestratorId, workspaceMode } = form.values;
  const host = hosts.find(({ id }) => id === orchestratorId);
  const offers = host?.providers ?? [];
  const offer = offers.find((one) => one.provider === provider);
  const choose = (id: string | null) => {
    form.setFieldValue("orchestratorId", id ?? "");
    form.setFieldValue("cwd", hosts.find((one) => one.id === id)?.baseDir ?? "");
  };
  return (
    <form onSubmit={form.onSubmit(onSubmit)} noValidate>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <Select
            label="Host"
            placeholder={hosts.length === 0 ? "No host has registered" : "Choose a host"}
            data={hosts.map((one) => {
              const refusal = hostRefusal(one);
              return { value: one.id, label: refusal ? `${one.id} (${refusal})` : one.id, disabled: refusal !== null };
            })}
            allowDeselect={false}
            {...form.getInputProps("orchestratorId")}
            onChange={choose}
          />
          <Select
            label="Provider"
            data={offers.map((one) => ({
              value: one.provider,
              label: one.available ? one.provider : `${one.provider} (${one.reason ?? "not available"})`,
              disabled: !one.available,
            }))}
            allowDeselect={false}
            {...form.getInputProps("provider")}
          />
        </SimpleGrid>
        <DirectoryField
          orchestratorId={host && !hostRefusal(host) ? host.id : null}
          value={form.values.cwd}
          error={form.errors.cwd}
          onChange={(path) => form.setFieldValue("cwd", path)}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <Select
            label="Workspace"
            description={modes.find(({ value }) => value === workspaceMode)?.about}
            inputWrapperOrder={["label", "input", "description", "error"]}
            data={modes.map(({ value, label }) => ({ value, label }))}
            allowDeselect={false}
            {...form.getInputProps("workspaceMode")}
          />
          <Select
            label="Approval"
            description="How much it may do without asking"
            inputWrapperOrder={["label", "input", "description", "error"]}
            placeholder="The provider's usual"
            data={[...(offer?.approvalModes ?? [])]}
            clearable
            {...form.getInputProps("approvalMode")}
            value={form.values.approvalMode || null}
            onChange={(value) => form.setFieldValue("approvalMode", value ?? "")}
          />
        </SimpleGrid>
        <Textarea
          label={provider === "shell" ? "Script" : "Prompt"}
          description={provider === "shell" ? "Runs with bash in the workspace; sbx is on the path" : undefined}
          placeholder={placeholders[provider]}
          autosize
          minRows={7}
          maxRows={16}
          maxLength={promptLimit}
          spellCheck={provider !== "shell"}
          data-autofocus
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13, lineHeight: 1.55 } }}
          {...form.getInputProps("prompt")}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <TextInput
            label="Label"
            placeholder="Short name for people"
            maxLength={120}
            {...form.getInputProps("label")}
          />
          <TextInput label="Tags" placeholder="Parted by spaces" {...form.getInputProps("tags")} />
        </SimpleGrid>
        {refused ? (
          <Alert color="red" variant="light" title={refused.message} role="alert">
            {refused.next}
          </Alert>
        ) : null}
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
