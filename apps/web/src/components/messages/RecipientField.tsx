"use client";

import { Autocomplete, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { lookedUp, suggestions } from "../../lib/compose.ts";
import { problemOf } from "../../lib/problem.ts";
import { reads } from "../../lib/reads.ts";
import { useRefusal } from "../../lib/use-session.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ResolvedRecipients } from "./ResolvedRecipients.tsx";

interface Props {
  value: string;
  error: ReactNode;
  /** It has the focus when the dialog opens. */
  focus: boolean;
  onChange: (value: string) => void;
}

/** How long typing may pause before it is looked up, in milliseconds. */
const pause = 250;

/** To whom: completes agents and selectors, and shows who would get it before it is sent (CON-45). */
export function RecipientField({ value, error, focus, onChange }: Props) {
  const [typed] = useDebouncedValue(value.trim(), pause);
  const trpc = useTRPC();
  const mayRead = !useRefusal("message:read");
  const mayList = !useRefusal("agent:read");
  const agents = useQuery({
    ...reads.addressable(trpc, lookedUp(typed)),
    enabled: mayList,
    placeholderData: keepPreviousData,
  });
  const found = useQuery({ ...reads.recipients(trpc, typed), enabled: mayRead && typed !== "", retry: false });
  const offered = suggestions(value, agents.data?.items ?? []);
  const about = new Map(offered.map((one) => [one.value, one.about]));
  const current = typed === value.trim() && typed !== "";
  const unclear = current && found.error ? problemOf(found.error).message : null;
  return (
    <div>
      <Autocomplete
        label="To"
        description="An agent by id, label or name; or tag:x, cap:x, label:x, broadcast for many"
        maxLength={200}
        value={value}
        error={error ?? unclear}
        data={offered.map((one) => one.value)}
        filter={({ options }) => options}
        renderOption={({ option }) => (
          <span>
            {option.value}{" "}
            <Text span size="xs" c="dimmed">
              {about.get(option.value)}
            </Text>
          </span>
        )}
        onChange={onChange}
        data-autofocus={focus || undefined}
        openOnFocus={false}
      />
      <div aria-live="polite">
        {current && found.data ? <ResolvedRecipients recipients={found.data.recipients} /> : null}
      </div>
    </div>
  );
}
