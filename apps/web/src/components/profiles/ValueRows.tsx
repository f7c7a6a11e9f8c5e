"use client";

import { ActionIcon, Button, NativeSelect, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconX } from "@tabler/icons-react";
import { newValueRow, type ProfileValues, type ValueRow } from "../../lib/profile-form.ts";
import classes from "./Profile.module.css";

interface Props {
  form: UseFormReturnType<ProfileValues>;
  /** Where in the form the rows are. */
  path: string;
  rows: readonly ValueRow[];
  /** What a row is: "variable", "header". */
  what: string;
}

/** Named values: each a literal, or taken by the host from a variable of its own (SPN-33). */
export function ValueRows({ form, path, rows, what }: Props) {
  return (
    <div className={classes.rows}>
      {rows.map(({ key, from }, at) => (
        <div key={key} className={classes.row}>
          <TextInput
            size="xs"
            placeholder={what === "header" ? "Name" : "NAME"}
            aria-label={`Name of ${what} ${at + 1}`}
            ff="monospace"
            {...form.getInputProps(`${path}.${at}.name`)}
          />
          <NativeSelect
            size="xs"
            aria-label={`Where ${what} ${at + 1} comes from`}
            data={[
              { value: "literal", label: "is" },
              { value: "host", label: "from the host's" },
            ]}
            {...form.getInputProps(`${path}.${at}.from`)}
          />
          <TextInput
            size="xs"
            placeholder={from === "host" ? "NAME_ON_THE_HOST" : "Value"}
            aria-label={`Value of ${what} ${at + 1}`}
            spellCheck={false}
            {...form.getInputProps(`${path}.${at}.value`)}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            mt={1}
            aria-label={`Remove ${what} ${at + 1}`}
            onClick={() => form.removeListItem(path, at)}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={13} />}
          onClick={() => form.insertListItem(path, newValueRow())}
        >
          Add a {what}
        </Button>
      </div>
    </div>
  );
}
