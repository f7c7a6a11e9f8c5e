"use client";

import { TextInput, type TextInputProps } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";

interface Props extends Omit<TextInputProps, "value" | "onChange"> {
  value: string;
  onChange: (value: string) => void;
  /** The field that `/` leads to (CON-56). */
  main?: boolean;
}

/** How long typing may pause before the list follows, in milliseconds. */
const pause = 150;

/** A text that narrows a list while it is typed; it follows the address on back and forward. */
export function TextFilter({ value, onChange, main, ...rest }: Props) {
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  const send = useDebouncedCallback((next: string) => {
    sent.current = next;
    onChange(next);
  }, pause);
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value);
  }, [value]);
  return (
    <TextInput
      size="xs"
      value={typed}
      data-filter={main || undefined}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        send(event.currentTarget.value.trim());
      }}
      {...rest}
    />
  );
}
