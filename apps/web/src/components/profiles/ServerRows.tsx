"use client";

import { ActionIcon, Button, Group, Input, Text, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconX } from "@tabler/icons-react";
import { newServerRow, type ProfileValues } from "../../lib/profile-form.ts";
import classes from "./Profile.module.css";
import { ValueRows } from "./ValueRows.tsx";

/** MCP servers that the agent's program is given: a command that is started, or an address. */
export function ServerRows({ form }: { form: UseFormReturnType<ProfileValues> }) {
  return (
    <div className={classes.rows}>
      {form.values.mcpServers.map(({ key, env, headers }, at) => (
        <fieldset key={key} className={classes.server} aria-label={`MCP server ${at + 1}`}>
          <Group gap={8} align="start" wrap="nowrap">
            <TextInput
              label="Server's name"
              size="xs"
              style={{ flex: 1 }}
              {...form.getInputProps(`mcpServers.${at}.name`)}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              mt={24}
              aria-label={`Remove MCP server ${at + 1}`}
              onClick={() => form.removeListItem("mcpServers", at)}
            >
              <IconX size={14} />
            </ActionIcon>
          </Group>
          <div className={classes.pair}>
            <TextInput
              label="Command"
              size="xs"
              spellCheck={false}
              {...form.getInputProps(`mcpServers.${at}.command`)}
            />
            <TextInput
              label="or address"
              size="xs"
              placeholder="https://…"
              spellCheck={false}
              {...form.getInputProps(`mcpServers.${at}.url`)}
            />
          </div>
          <Textarea
            label="Arguments, one per line"
            size="xs"
            autosize
            minRows={1}
            maxRows={8}
            spellCheck={false}
            {...form.getInputProps(`mcpServers.${at}.args`)}
          />
          <div>
            <Input.Label size="xs">Variables</Input.Label>
            <ValueRows form={form} path={`mcpServers.${at}.env`} rows={env} what="variable" />
          </div>
          <div>
            <Input.Label size="xs">Headers</Input.Label>
            <ValueRows form={form} path={`mcpServers.${at}.headers`} rows={headers} what="header" />
          </div>
        </fieldset>
      ))}
      {form.values.mcpServers.length === 0 ? (
        <Text size="xs" c="dimmed">
          Servers of tools besides the relay's own.
        </Text>
      ) : null}
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={13} />}
          onClick={() => form.insertListItem("mcpServers", newServerRow())}
        >
          Add an MCP server
        </Button>
      </div>
    </div>
  );
}
