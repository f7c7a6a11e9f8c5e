"use client";

import { Checkbox, NumberInput, TagsInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import { type LimitList, offeredLimits, type TokenValues } from "../../lib/token-form.ts";
import type { Session } from "../../lib/types.ts";
import { useTRPC } from "../../trpc/context.ts";
import classes from "./Security.module.css";

const labels: Record<LimitList, { label: string; open: string }> = {
  agents: { label: "Speaks as agent", open: "Agent id" },
  orchestrators: { label: "Only on hosts", open: "Any host" },
  cwdPrefixes: { label: "Only in directories", open: "Any directory" },
  policies: { label: "Only for managed agents", open: "Any" },
  targets: { label: "Sends only to", open: "Anybody" },
  channels: { label: "Only in channels", open: "Any channel" },
};

/** Where and on what it may act. What the session itself is limited to can be narrowed, not widened. */
export function TokenLimits({ form, session }: { form: UseFormReturnType<TokenValues>; session: Session }) {
  const hosts = useQuery(reads.hosts(useTRPC())).data?.items ?? [];
  const offered = offeredLimits(session, form.values);
  const known = (key: LimitList): string[] =>
    session.constraints[key] ?? (key === "orchestrators" ? hosts.map(({ id }) => id) : []);
  const open = (key: LimitList): string => {
    if (session.constraints[key]) return "As your token";
    return key === "agents" && form.values.profile === "interactive" ? "A fresh agent id" : labels[key].open;
  };
  if (offered.lists.length === 0 && !offered.terminalAttach && !offered.logsRead) return null;
  return (
    <div className={classes.limitFields}>
      {offered.lists.length > 0 || offered.maxSpawnedAgents ? (
        <div className={classes.pair}>
          {offered.lists.map((key) => (
            <TagsInput
              key={key}
              label={labels[key].label}
              placeholder={form.values[key].length === 0 ? open(key) : undefined}
              data={known(key)}
              maxTags={key === "agents" && form.values.profile === "interactive" ? 1 : 100}
              acceptValueOnBlur
              {...form.getInputProps(key)}
            />
          ))}
          {offered.maxSpawnedAgents ? (
            <NumberInput
              label="Live children"
              placeholder="None"
              min={0}
              max={session.constraints.maxSpawnedAgents ?? 100}
              allowDecimal={false}
              {...form.getInputProps("maxSpawnedAgents")}
            />
          ) : null}
        </div>
      ) : null}
      {offered.terminalAttach ? (
        <Checkbox
          size="xs"
          label="May type in terminals"
          {...form.getInputProps("terminalAttach", { type: "checkbox" })}
        />
      ) : null}
      {offered.logsRead ? (
        <Checkbox size="xs" label="May read logs" {...form.getInputProps("logsRead", { type: "checkbox" })} />
      ) : null}
    </div>
  );
}
