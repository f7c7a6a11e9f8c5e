"use client";

import { Button, Checkbox, Group, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { Problem } from "@signalbox/api/contracts";
import type { ComposeValues } from "../../lib/compose.ts";
import { useRefusal } from "../../lib/use-session.ts";
import { Refused } from "../parts/Refused.tsx";
import { RecipientField } from "./RecipientField.tsx";
import { UrgentFields } from "./UrgentFields.tsx";

interface Props {
  form: UseFormReturnType<ComposeValues>;
  /** The signed-in name, which recipients see (MSG-33). */
  from: string;
  busy: boolean;
  /** A refusal that names no field. */
  refused: Problem | null;
  onSubmit: (values: ComposeValues) => void;
  onCancel: () => void;
}

/** To whom, what, and how it is to be delivered; refusals stand at their field. */
export function ComposeForm({ form, from, busy, refused, onSubmit, onCancel }: Props) {
  const scope = useRefusal("message:send");
  const { urgent, steer, replyExpected, to } = form.values;
  return (
    <form onSubmit={form.onSubmit(onSubmit)} noValidate>
      <Stack gap="md">
        <RecipientField
          value={to}
          error={form.errors.to}
          focus={to === ""}
          onChange={(value) => form.setFieldValue("to", value)}
        />
        <TextInput label="Subject" maxLength={200} {...form.getInputProps("subject")} />
        <Textarea
          label="Message"
          autosize
          minRows={6}
          maxRows={18}
          data-autofocus={to === "" ? undefined : true}
          {...form.getInputProps("body")}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <TextInput label="Channel" placeholder="A topic, if any" maxLength={120} {...form.getInputProps("channel")} />
          <Stack gap={8} pt={{ base: 0, xs: 26 }}>
            <Checkbox
              label="A reply is expected"
              checked={replyExpected}
              onChange={(event) => form.setFieldValue("replyExpected", event.currentTarget.checked)}
            />
            <UrgentFields urgent={urgent} steer={steer} change={(changes) => form.setValues(changes)} />
            {form.errors.urgent ? (
              <Text size="xs" c="var(--sb-red)">
                {form.errors.urgent}
              </Text>
            ) : null}
          </Stack>
        </SimpleGrid>
        <Refused problem={refused} />
        <Group justify="space-between" gap="sm">
          <Text size="sm" c="dimmed">
            {scope ?? `From ${from}`}
          </Text>
          <Group gap="sm">
            <Button variant="default" size="sm" onClick={onCancel}>
              Cancel
            </Button>
            <Button type="submit" size="sm" loading={busy} disabled={scope !== null}>
              Send
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
