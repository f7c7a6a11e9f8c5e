"use client";

import { Button, Checkbox, MultiSelect, SimpleGrid, Stack, TagsInput, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { type Provider, providerTakes } from "@signalbox/api/contracts";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useId, useState } from "react";
import { moreFields, type NewAgentValues, systemPromptLimit } from "../../lib/new-agent.ts";
import type { Host } from "../../lib/types.ts";

interface Props {
  form: UseFormReturnType<NewAgentValues>;
  hosts: readonly Host[];
}

/** The rarer fields of a spawn (SPN-01); open when one of them was refused. */
export function MoreFields({ form, hosts }: Props) {
  const [asked, setAsked] = useState(false);
  const id = useId();
  const opened = asked || moreFields.some((name) => form.errors[name]);
  const { provider, orchestratorId } = form.values;
  const takes = providerTakes[provider as Provider];
  const lacks = (what: string) => `${provider} takes no ${what}`;
  const labels = [...new Set(hosts.flatMap((host) => host.labels))].toSorted();
  const used = moreFields.filter((name) => {
    const value = form.values[name];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  }).length;
  return (
    <div>
      <Button
        variant="subtle"
        px={6}
        ml={-6}
        aria-expanded={opened}
        aria-controls={opened ? id : undefined}
        rightSection={opened ? <IconChevronUp size={14} /> : <IconChevronDown size={14} />}
        onClick={() => setAsked(!opened)}
      >
        {used > 0 && !opened ? `More (${used} set)` : "More"}
      </Button>
      {opened ? (
        <Stack gap="md" mt="sm" id={id}>
          <Checkbox
            label="Queue: on a full host, wait for room instead of being refused"
            {...form.getInputProps("queue", { type: "checkbox" })}
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
            <MultiSelect
              label="Host labels"
              description={labels.length === 0 ? "No host has any" : "The host must have all of them"}
              data={labels}
              disabled={labels.length === 0}
              placeholder={orchestratorId ? undefined : "Narrow the choice"}
              {...form.getInputProps("labels")}
            />
            <TagsInput
              label="Capabilities"
              description="What others may ask it for"
              placeholder="Enter after each"
              {...form.getInputProps("capabilities")}
            />
            <TextInput
              label="Managed agent"
              description="Policy that it counts for"
              maxLength={120}
              {...form.getInputProps("policyName")}
            />
            <TextInput
              label="Rig"
              description={takes?.rig ? "Folder of provider settings on the host" : lacks("rig")}
              disabled={!takes?.rig}
              maxLength={120}
              {...form.getInputProps("rig")}
            />
          </SimpleGrid>
          <Textarea
            label="Addition to the system prompt"
            description={takes?.systemPrompt ? "After the profile's instructions" : lacks("system prompt")}
            disabled={!takes?.systemPrompt}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={systemPromptLimit}
            {...form.getInputProps("systemPromptAppend")}
          />
          <Textarea
            label="Arguments of the program"
            description={takes?.reservedArgs ? "One a line" : lacks("arguments")}
            disabled={!takes?.reservedArgs}
            autosize
            minRows={1}
            maxRows={6}
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13 } }}
            {...form.getInputProps("providerArgs")}
          />
        </Stack>
      ) : null}
    </div>
  );
}
