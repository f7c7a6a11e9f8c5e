"use client";

import { NativeSelect, TextInput } from "@mantine/core";
import { instant, toLocalField } from "../../lib/filters.ts";
import type { Filter } from "./FilterBar.tsx";
import { TextFilter } from "./TextFilter.tsx";

interface Props {
  filter: Filter<string>;
  value: string;
  change: (value: string, how?: "push" | "replace") => void;
}

/** One field of the filters: a choice, an instant or a text. */
export function FilterField({ filter: { label, kind, placeholder, options }, value, change }: Props) {
  if (options) {
    // A value of the address that is none of the choices is shown as it is.
    const known = value === "" || options.some((option) => option.value === value);
    const data = [{ value: "", label: placeholder ?? "Any" }, ...options, ...(known ? [] : [{ value, label: value }])];
    return (
      <NativeSelect
        size="xs"
        label={label}
        data={data}
        value={value}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  }
  if (kind === "time") {
    return (
      <TextInput
        size="xs"
        type="datetime-local"
        label={label}
        value={toLocalField(value)}
        onChange={(event) => change(instant(event.currentTarget.value))}
      />
    );
  }
  return (
    <TextFilter label={label} placeholder={placeholder} value={value} onChange={(next) => change(next, "replace")} />
  );
}
