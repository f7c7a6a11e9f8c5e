"use client";

import { Code, Text } from "@mantine/core";
import { neverStarted, spawnSteps } from "../../lib/spawn-steps.ts";
import { absoluteTime } from "../../lib/time.ts";
import type { AgentCard, Command } from "../../lib/types.ts";
import { reasonInWords, type Shape, type Tone } from "../../lib/words.ts";
import { Lamp } from "../parts/Lamp.tsx";
import { CancelStart } from "./CancelStart.tsx";
import classes from "./SpawnSteps.module.css";

const lamps: Record<string, { tone: Tone; shape: Shape; word: string }> = {
  done: { tone: "green", shape: "check", word: "done" },
  now: { tone: "blue", shape: "half", word: "under way" },
  failed: { tone: "red", shape: "cross", word: "failed" },
  ahead: { tone: "grey", shape: "ring", word: "not yet" },
};

interface Props {
  command: Command | null;
  agent: AgentCard;
  /** When the agent was first seen registered. */
  registeredAt?: string | null;
}

/** The steps of a start with their times; a failure with its reason and last lines (CON-54). */
export function SpawnSteps({ command, agent, registeredAt }: Props) {
  const failure = neverStarted(agent) || agent.status === "failed" ? agent.statusReason : null;
  return (
    <div>
      <ol className={classes.steps}>
        {spawnSteps(command, agent).map(({ label, state, at }) => {
          const lamp = lamps[state] ?? lamps.ahead!;
          const time = at ?? (label === "Registered" && state === "done" ? registeredAt : null);
          return (
            <li key={label} className={classes.step} data-state={state}>
              <Lamp tone={lamp.tone} shape={lamp.shape} />
              <span>
                {label}
                <span className={classes.word}> {lamp.word}</span>
              </span>
              {time ? <time dateTime={time}>{absoluteTime(time).split(", ").at(-1)}</time> : null}
            </li>
          );
        })}
      </ol>
      {failure ? (
        <Text size="sm" mt="sm" c="var(--sb-red)" role="alert">
          {reasonInWords(failure)}
        </Text>
      ) : null}
      {command?.error?.lastLines?.length ? (
        <Code block mt="sm" fz={12}>
          {command.error.lastLines.join("\n")}
        </Code>
      ) : null}
      {command && agent.status === "spawning" ? <CancelStart command={command} name={agent.name} /> : null}
    </div>
  );
}
