"use client";

import { Select, SimpleGrid } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { ProviderOffer } from "@signalbox/api/contracts";
import { modes, type NewAgentValues, withProfile } from "../../lib/new-agent.ts";
import { approvalInForce, approvalInWords, effortsOf } from "../../lib/spawn-choices.ts";
import type { Profile } from "../../lib/types.ts";

interface Props {
  form: UseFormReturnType<NewAgentValues>;
  /** What the host offers for the chosen provider. */
  offer: ProviderOffer | undefined;
  profiles: readonly Profile[];
  profile: Profile | null;
  /** Why profiles cannot be seen. */
  profilesRefusal: string | null;
}

const order = ["label", "input", "description", "error"] as const;

/** Profile, model, effort, approval and workspace; an empty field is the profile's or the host's default (CON-52). */
export function ProgramFields({ form, offer, profiles, profile, profilesRefusal }: Props) {
  const { model, effort, approvalMode, workspaceMode } = form.values;
  const models = offer?.models ?? [];
  const efforts = effortsOf(offer, model || (profile?.model ?? ""));
  const inForce = approvalInForce(offer, approvalMode, profile?.approvalMode);
  const usual = models.find((one) => one.default)?.alias;
  const takesNone = `${offer?.provider ?? "It"} takes none here`;
  const optional = (name: "model" | "effort" | "approvalMode", value: string) => ({
    clearable: true,
    inputWrapperOrder: [...order],
    ...form.getInputProps(name),
    value: value || null,
  });
  return (
    <>
      <Select
        label="Profile"
        description={
          profilesRefusal ?? profile?.description ?? (profiles.length === 0 ? "There is none yet" : undefined)
        }
        inputWrapperOrder={[...order]}
        placeholder="None"
        data={profiles.map(({ name }) => name)}
        disabled={profilesRefusal !== null || profiles.length === 0}
        searchable
        clearable
        {...form.getInputProps("profile")}
        value={form.values.profile || null}
        onChange={(name) => {
          form.setValues(withProfile(profiles.find((one) => one.name === name) ?? null));
          form.clearFieldError("profile");
        }}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
        <Select
          label="Workspace"
          description={modes.find(({ value }) => value === (workspaceMode || profile?.workspaceMode))?.about}
          inputWrapperOrder={[...order]}
          data={[
            ...(profile?.workspaceMode ? [{ value: "", label: `As the profile says (${profile.workspaceMode})` }] : []),
            ...modes.map(({ value, label }) => ({ value, label })),
          ]}
          allowDeselect={false}
          {...form.getInputProps("workspaceMode")}
        />
        <Select
          label="Approval"
          placeholder={
            inForce ? `${profile?.approvalMode ? "The profile's" : "The default"}, ${inForce}` : "None offered"
          }
          description={inForce ? approvalInWords(inForce) : undefined}
          data={[...(offer?.approvalModes ?? [])]}
          {...optional("approvalMode", approvalMode)}
          onChange={(value) => form.setFieldValue("approvalMode", value ?? "")}
        />
        <Select
          label="Model"
          placeholder={
            profile?.model ? `The profile's, ${profile.model}` : usual ? `The default, ${usual}` : "The default"
          }
          description={models.length === 0 ? takesNone : undefined}
          disabled={models.length === 0}
          data={models.map(({ alias, model: name }) => ({
            value: alias,
            label: alias === name ? alias : `${alias} (${name})`,
          }))}
          {...optional("model", model)}
          onChange={(value) => form.setValues({ model: value ?? "", effort: "" })}
        />
        <Select
          label="Effort"
          placeholder={profile?.effort ? `The profile's, ${profile.effort}` : "The default"}
          description={efforts.length === 0 ? takesNone : undefined}
          disabled={efforts.length === 0}
          data={efforts}
          {...optional("effort", effort)}
          onChange={(value) => form.setFieldValue("effort", value ?? "")}
        />
      </SimpleGrid>
    </>
  );
}
