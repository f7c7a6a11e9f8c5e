"use client";

import { ActionIcon, Button, NumberInput, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { mostChecks } from "@signalbox/api/contracts";
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import { newCheck, type RepositoryValues } from "../../lib/repository-form.ts";
import { Empty } from "../parts/Empty.tsx";
import classes from "./Repository.module.css";

const mono = { input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13, lineHeight: 1.55 } };

/** The checks in the order in which they run; every button works by keyboard (CON-50). */
export function CheckRows({ form }: { form: UseFormReturnType<RepositoryValues> }) {
  const { checks } = form.values;
  const move = (from: number, to: number) => form.reorderListItem("checks", { from, to });
  return (
    <>
      {checks.length === 0 ? (
        <Empty title="Lands without checks">
          A check is a command that must succeed on the rebased change before it lands, such as the project's tests.
        </Empty>
      ) : (
        <ol className={classes.checks} aria-label="Checks">
          {checks.map(({ key }, at) => (
            <li key={key} className={classes.check}>
              <div className={classes.parts}>
                <TextInput
                  label={`Name of check ${at + 1}`}
                  placeholder="test"
                  maxLength={60}
                  {...form.getInputProps(`checks.${at}.name`)}
                />
                <NumberInput
                  label="Seconds at most"
                  description="1 to 7,200"
                  min={1}
                  max={7_200}
                  allowDecimal={false}
                  clampBehavior="none"
                  inputWrapperOrder={["label", "input", "description", "error"]}
                  {...form.getInputProps(`checks.${at}.timeoutSeconds`)}
                />
                <Textarea
                  label={`Command of check ${at + 1}`}
                  placeholder="npm ci && npm test"
                  autosize
                  minRows={1}
                  maxRows={10}
                  maxLength={2_000}
                  spellCheck={false}
                  styles={mono}
                  {...form.getInputProps(`checks.${at}.command`)}
                />
              </div>
              <div className={classes.moves}>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove check ${at + 1}`}
                  onClick={() => form.removeListItem("checks", at)}
                >
                  <IconX size={14} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Move check ${at + 1} up`}
                  disabled={at === 0}
                  onClick={() => move(at, at - 1)}
                >
                  <IconArrowUp size={14} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Move check ${at + 1} down`}
                  disabled={at === checks.length - 1}
                  onClick={() => move(at, at + 1)}
                >
                  <IconArrowDown size={14} />
                </ActionIcon>
              </div>
            </li>
          ))}
        </ol>
      )}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} />}
        disabled={checks.length >= mostChecks}
        onClick={() => form.insertListItem("checks", newCheck())}
      >
        Add a check
      </Button>
    </>
  );
}
