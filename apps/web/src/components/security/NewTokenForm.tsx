"use client";

import { Alert, Button, Checkbox, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { UseMutationResult } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { problemOf } from "../../lib/problem.ts";
import { capital, scopeGroups } from "../../lib/scope-words.ts";
import { lives, offeredScopes, startValues, type TokenValues, toCreate, tooMuch } from "../../lib/token-form.ts";
import { tokenProfileWords } from "../../lib/token-words.ts";
import type { CreatedToken, CreateTokenInput, Session, TokenTemplate } from "../../lib/types.ts";
import { Empty } from "../parts/Empty.tsx";
import { useNow } from "../parts/Now.tsx";
import { Refused } from "../parts/Refused.tsx";
import classes from "./Security.module.css";
import { TokenGrant } from "./TokenGrant.tsx";
import { TokenLimits } from "./TokenLimits.tsx";

interface Props {
  session: Session;
  /** Those that the session could give. */
  templates: readonly TokenTemplate[];
  create: Pick<
    UseMutationResult<CreatedToken, unknown, CreateTokenInput>,
    "mutate" | "isPending" | "isError" | "error"
  >;
  onCancel: () => void;
}

/** The field of the form that a refusal names: `constraints.expiresAt` is said at the end of its life. */
const fieldOf = (field: string | undefined, values: TokenValues): string | null => {
  const name = field?.replace(/^constraints\./, "").split(".")[0] ?? "";
  if (name === "expiresAt") return values.life === "at" ? "until" : "life";
  return name in values ? name : null;
};

/** The usual profile for another person; the owner's rights are not what one gives by default. */
const usual = (templates: readonly TokenTemplate[]) =>
  templates.find(({ profile }) => profile === "operator") ?? templates[0];

export function NewTokenForm({ templates, ...rest }: Props) {
  const first = usual(templates);
  if (!first) {
    return (
      <Empty title="You cannot give any token">
        Nobody can give more than they hold, and your session has none of the scopes of any token profile.
      </Empty>
    );
  }
  return <Fields templates={templates} first={first} {...rest} />;
}

/** Whom it is for, what it may do and within which limits; offers only what the session could give (CON-49). */
function Fields({ session, templates, first, create, onCancel }: Props & { first: TokenTemplate }) {
  const now = useNow();
  const name = useRef<HTMLInputElement>(null);
  // The form may come later than the dialog, which has then put the focus elsewhere.
  useEffect(() => name.current?.focus(), []);
  const form = useForm<TokenValues>({
    initialValues: startValues(session, first),
    validate: {
      name: (name) => (name.trim() ? null : "A name is needed"),
      scopes: (scopes) => (scopes.length > 0 ? null : "Choose at least one"),
      until: (until, { life }) =>
        life !== "at" || !Number.isNaN(Date.parse(until)) ? null : "Choose a day and a time",
    },
  });
  const { values } = form;
  const wanted = toCreate(session, values, now);
  const over = tooMuch(session, wanted);
  const problem = create.isError ? problemOf(create.error) : null;
  const at = problem ? fieldOf(problem.field, values) : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: said once per refusal
  useEffect(() => {
    if (problem && at) form.setFieldError(at, problem.message);
  }, [create.error]);
  const choose = (chosen: string) => {
    const template = templates.find(({ profile }) => profile === chosen) ?? first;
    form.setValues({ ...startValues(session, template, values.name), life: values.life, until: values.until });
  };
  const offered = offeredScopes(session);
  return (
    <form
      noValidate
      onSubmit={form.onSubmit((sent) => {
        if (!over && !create.isPending) create.mutate(toCreate(session, sent, Date.now()));
      })}
    >
      <div className={classes.make}>
        <Stack gap="md">
          <div className={classes.pair}>
            <TextInput
              label="Name"
              placeholder="For whom or what"
              maxLength={120}
              ref={name}
              {...form.getInputProps("name")}
            />
            <NativeSelect
              label="Token profile"
              description={tokenProfileWords[values.profile]}
              inputWrapperOrder={["label", "input", "description", "error"]}
              data={templates.map(({ profile }) => profile)}
              {...form.getInputProps("profile")}
              onChange={(event) => choose(event.currentTarget.value)}
            />
          </div>
          {values.profile === "admin" ? null : (
            <Checkbox.Group label="Scopes" {...form.getInputProps("scopes")}>
              <div className={classes.scopeGroups}>
                {scopeGroups.map(({ about, scopes }) => {
                  const own = offered.filter((scope) => scope in scopes);
                  return own.length === 0 ? null : (
                    <fieldset key={about} className={classes.scopeGroup}>
                      <legend>{about}</legend>
                      {own.map((scope) => (
                        <Checkbox key={scope} size="xs" value={scope} label={capital(scopes[scope] ?? scope)} />
                      ))}
                    </fieldset>
                  );
                })}
              </div>
            </Checkbox.Group>
          )}
          <div className={classes.pair}>
            <NativeSelect
              label="Lives for"
              data={[
                { value: "", label: session.constraints.expiresAt ? "As long as your token" : "Ever, until revoked" },
                ...lives,
              ]}
              {...form.getInputProps("life")}
            />
            {values.life === "at" ? (
              <TextInput label="Ends at" type="datetime-local" {...form.getInputProps("until")} />
            ) : null}
          </div>
          <TokenLimits form={form} session={session} />
        </Stack>
        <TokenGrant wanted={wanted} />
      </div>
      <Stack gap="md" mt="md">
        {over ? (
          <Alert
            variant="light"
            classNames={{ root: classes.over, title: classes.overTitle }}
            title={`This would exceed your own token: ${over}`}
            role="alert"
          >
            Nobody can give more than they hold. Choose less.
          </Alert>
        ) : null}
        <Refused problem={at ? null : problem} />
        <Group justify="flex-end" gap="sm">
          <Text size="xs" c="dimmed" style={{ flex: "1 1 110px" }}>
            Its text is shown once, after this.
          </Text>
          <Button variant="default" size="sm" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" size="sm" loading={create.isPending} disabled={over !== null}>
            Create token
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
