"use client";

import { Button, VisuallyHidden } from "@mantine/core";
import { IconAdjustmentsHorizontal, IconX } from "@tabler/icons-react";
import { type ReactNode, useId, useState } from "react";
import { instant } from "../../lib/filters.ts";
import { ago } from "../../lib/time.ts";
import { useNow } from "../parts/Now.tsx";
import toolbar from "../parts/Toolbar.module.css";
import classes from "./FilterBar.module.css";
import { FilterField } from "./FilterField.tsx";

/** One thing that a list can be narrowed by. */
export interface Filter<Name extends string> {
  name: Name;
  label: string;
  /** `time` is an instant; with `options` one is chosen. */
  kind?: "text" | "time";
  placeholder?: string;
  options?: readonly { value: string; label: string }[];
}

interface Props<Name extends string> {
  filters: readonly Filter<Name>[];
  values: Record<Name, string>;
  change: (changes: Partial<Record<Name, string>>, how?: "push" | "replace") => void;
  /** What is always in sight, before the button. */
  children: ReactNode;
}

/** The fields that narrow a list, behind one button; those in use are named beside it and go with one press. */
export function FilterBar<Name extends string>({ filters, values, change, children }: Props<Name>) {
  const [opened, setOpened] = useState(false);
  const id = useId();
  const now = useNow();
  const used = filters.filter(({ name }) => values[name]);
  const none = Object.fromEntries(filters.map(({ name }) => [name, ""])) as Partial<Record<Name, string>>;
  const shown = ({ name, kind, options }: Filter<Name>) => {
    const value = values[name];
    if (kind === "time") return instant(value) ? ago(instant(value), now) : value;
    return options?.find((option) => option.value === value)?.label ?? value;
  };
  return (
    <>
      <div className={toolbar.toolbar}>
        {children}
        <Button
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={14} />}
          aria-expanded={opened}
          aria-controls={opened ? id : undefined}
          onClick={() => setOpened(!opened)}
        >
          Filters
        </Button>
        {used.map((filter) => (
          <Button
            key={filter.name}
            variant="default"
            className={classes.used}
            rightSection={<IconX size={12} aria-hidden="true" />}
            onClick={() => change({ [filter.name]: "" } as Partial<Record<Name, string>>)}
          >
            <VisuallyHidden>Remove filter </VisuallyHidden>
            <span className={classes.label}>{filter.label}</span> {shown(filter)}
          </Button>
        ))}
        {used.length > 1 ? (
          <Button variant="subtle" onClick={() => change(none)}>
            Clear all
          </Button>
        ) : null}
      </div>
      {opened ? (
        <fieldset id={id} className={classes.fields} aria-label="Filters">
          {filters.map((filter) => (
            <FilterField
              key={filter.name}
              filter={filter}
              value={values[filter.name]}
              change={(value, how) => change({ [filter.name]: value } as Partial<Record<Name, string>>, how)}
            />
          ))}
        </fieldset>
      ) : null}
    </>
  );
}
