"use client";

import { Select, SimpleGrid } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { ProviderOffer } from "@signalbox/api/contracts";
import type { NewAgentValues } from "../../lib/new-agent.ts";
import { hostRefusal } from "../../lib/spawn-choices.ts";
import type { Host } from "../../lib/types.ts";

interface Props {
  form: UseFormReturnType<NewAgentValues>;
  hosts: readonly Host[];
  /** What the chosen host offers. */
  offers: readonly ProviderOffer[];
}

/** A value of the host field that no host's id can have. */
const anyHost = "*";

/** Host and provider; what cannot be chosen says why (CON-52). */
export function WhereFields({ form, hosts, offers }: Props) {
  const { provider, orchestratorId, queue } = form.values;
  const choose = (value: string | null) => {
    const id = value === anyHost ? "" : (value ?? "");
    form.setValues({
      orchestratorId: id,
      cwd: hosts.find((one) => one.id === id)?.baseDir ?? "",
      model: "",
      effort: "",
      approvalMode: "",
    });
    form.clearFieldError("orchestratorId");
  };
  const run = (value: string | null) => {
    form.setValues({ provider: value ?? "", model: "", effort: "", approvalMode: "" });
    form.clearFieldError("provider");
  };
  const away = hosts.map((host) => {
    const refusal = hostRefusal(host, queue);
    return { value: host.id, label: refusal ? `${host.id} (${refusal})` : host.id, disabled: refusal !== null };
  });
  const usable = away.some(({ disabled }) => !disabled);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
      <Select
        label="Host"
        placeholder={hosts.length === 0 ? "No host has registered" : "Choose a host"}
        data={[...away, { value: anyHost, label: "Any that fits, the relay chooses", disabled: !usable }]}
        allowDeselect={false}
        {...form.getInputProps("orchestratorId")}
        value={orchestratorId || (usable ? anyHost : null)}
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
        value={provider || null}
        onChange={run}
      />
    </SimpleGrid>
  );
}
