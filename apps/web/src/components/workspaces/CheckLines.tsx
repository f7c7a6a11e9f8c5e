"use client";

import { Code, Text } from "@mantine/core";
import type { CheckReport } from "@signalbox/api/contracts";
import { attemptInWords } from "../../lib/landing-words.ts";
import classes from "./CheckLines.module.css";

/** Every attempt of a check: how it ended, how long it took, and the end of what a red one wrote (CON-33, CON-34). */
export function CheckLines({ report }: { report: CheckReport }) {
  return (
    <div className={classes.check}>
      <Text size="sm" fw={500}>
        {report.name}
      </Text>
      {report.attempts.map((attempt, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: attempts have no other name, and their order is theirs
        <div key={at}>
          <Text size="xs" c="dimmed">
            {report.attempts.length > 1 ? `Attempt ${at + 1}: ` : ""}
            {attemptInWords(attempt)}
          </Text>
          {attempt.lastLines.length > 0 ? (
            <Code
              block
              className={classes.lines}
              tabIndex={0}
              role="region"
              aria-label={`Last lines of ${report.name}, attempt ${at + 1}`}
            >
              {attempt.lastLines.join("\n")}
            </Code>
          ) : null}
        </div>
      ))}
    </div>
  );
}
