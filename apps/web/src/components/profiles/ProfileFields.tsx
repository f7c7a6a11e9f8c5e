"use client";

import { Checkbox, NumberInput, Select, TagsInput, Text, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { ApprovalMode, extraScopes, Provider, type Scope } from "@signalbox/api/contracts";
import type { ProfileValues } from "../../lib/profile-form.ts";
import { capital, scopeInWords } from "../../lib/scope-words.ts";
import { Panel } from "../parts/Panel.tsx";
import { GrantPreview } from "./GrantPreview.tsx";
import classes from "./Profile.module.css";
import { ServerRows } from "./ServerRows.tsx";
import { ValueRows } from "./ValueRows.tsx";

interface Props {
  form: UseFormReturnType<ProfileValues>;
  /** Its name can still be chosen. */
  isNew: boolean;
}

const mono = { input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13, lineHeight: 1.55 } };
const modes = [
  { value: "isolated", label: "Isolated" },
  { value: "shared", label: "Shared" },
  { value: "inherit", label: "As the host decides" },
];

/** A choice that may be left open, so that the spawn or the host decides. */
function Choice({
  form,
  name,
  label,
  data,
}: {
  form: Props["form"];
  name: keyof ProfileValues;
  label: string;
  data: Parameters<typeof Select>[0]["data"];
}) {
  return (
    <Select
      label={label}
      placeholder="Left to the spawn"
      data={data}
      clearable
      {...form.getInputProps(name)}
      value={(form.values[name] as string) || null}
      onChange={(value) => form.setFieldValue(name, value ?? "")}
    />
  );
}

/** What it is for and what its agents are told and run. */
export function ProfileProgram({ form, isNew }: Props) {
  return (
    <>
      <Panel title="Purpose">
        <div className={classes.column}>
          {isNew ? (
            <TextInput
              label="Name"
              description="Of a-z, 0-9 and dashes; it cannot be changed later"
              placeholder="reviewer"
              maxLength={120}
              spellCheck={false}
              {...form.getInputProps("name")}
            />
          ) : null}
          <TextInput
            label="Description"
            placeholder="What an agent with this profile is for"
            maxLength={2_000}
            {...form.getInputProps("description")}
          />
          <Textarea
            label="Instructions"
            placeholder="Put before the system prompt's addition"
            autosize
            minRows={5}
            maxRows={20}
            maxLength={64_000}
            styles={mono}
            {...form.getInputProps("instructions")}
          />
        </div>
      </Panel>
      <Panel title="Program">
        <div className={classes.pair}>
          <Choice form={form} name="provider" label="Provider" data={Provider.options} />
          <TextInput
            label="Model"
            placeholder="The provider's usual"
            maxLength={120}
            {...form.getInputProps("model")}
          />
          <TextInput label="Effort" placeholder="The model's usual" maxLength={40} {...form.getInputProps("effort")} />
          <Choice form={form} name="approvalMode" label="Approval" data={ApprovalMode.options} />
          <Choice form={form} name="workspaceMode" label="Workspace" data={modes} />
        </div>
      </Panel>
    </>
  );
}

/** Variables, rules, servers and skills, and what summoning needs. */
export function ProfileRig({ form }: Pick<Props, "form">) {
  return (
    <>
      <Panel title="Environment">
        <Text size="xs" c="dimmed" mb="sm">
          Secrets stay on the host: choose “from the host's” and name its variable.
        </Text>
        <ValueRows form={form} path="env" rows={form.values.env} what="variable" />
      </Panel>
      <Panel title="Permissions">
        <div className={classes.pair}>
          <Textarea
            label="May do without asking"
            description="One rule per line"
            autosize
            minRows={3}
            maxRows={14}
            styles={mono}
            spellCheck={false}
            placeholder="Bash(git log *)"
            {...form.getInputProps("allow")}
          />
          <Textarea
            label="Must never do"
            description="One rule per line"
            autosize
            minRows={3}
            maxRows={14}
            styles={mono}
            spellCheck={false}
            placeholder="WebFetch"
            {...form.getInputProps("deny")}
          />
        </div>
      </Panel>
      <Panel title="MCP servers and skills">
        <div className={classes.column}>
          <ServerRows form={form} />
          <TagsInput label="Skills" placeholder="Enter adds one" {...form.getInputProps("skills")} />
        </div>
      </Panel>
      <Panel title="Summoning">
        <div className={classes.column}>
          <div className={classes.pair}>
            <TextInput label="Kind" placeholder="reviewer" maxLength={60} {...form.getInputProps("kind")} />
            <TextInput label="Directory" maxLength={500} spellCheck={false} {...form.getInputProps("cwd")} />
          </div>
          <Textarea
            label="Tools"
            description="One per line"
            autosize
            minRows={1}
            maxRows={14}
            styles={mono}
            spellCheck={false}
            {...form.getInputProps("tools")}
          />
          <Checkbox
            size="xs"
            label="Kept alive after its answer"
            {...form.getInputProps("keepAlive", { type: "checkbox" })}
          />
        </div>
      </Panel>
    </>
  );
}

/** What its agents may do beyond the usual, and the grant that follows, while typing (CON-41). */
export function ProfileRights({ form }: Pick<Props, "form">) {
  const { maxSpawnedAgents, spawnTopLevel, extraScopes: extra } = form.values;
  return (
    <Panel title="Rights">
      <div className={classes.column}>
        <NumberInput
          label="Live children"
          description="How many agents it may have started at a time, 0 to 100"
          min={0}
          max={100}
          allowDecimal={false}
          clampBehavior="strict"
          {...form.getInputProps("maxSpawnedAgents")}
        />
        <Checkbox
          size="xs"
          label="May start agents that are nobody's children"
          {...form.getInputProps("spawnTopLevel", { type: "checkbox" })}
        />
        <Checkbox.Group label="Extra scopes" {...form.getInputProps("extraScopes")}>
          <div className={classes.rows} style={{ marginTop: 8 }}>
            {extraScopes.map((scope) => (
              <Checkbox key={scope} size="xs" value={scope} label={capital(scopeInWords(scope))} />
            ))}
          </div>
        </Checkbox.Group>
        <GrantPreview
          profile={{
            maxSpawnedAgents: Number(maxSpawnedAgents) || 0,
            spawnTopLevel,
            extraScopes: extra as Scope[] as never,
          }}
        />
      </div>
    </Panel>
  );
}
