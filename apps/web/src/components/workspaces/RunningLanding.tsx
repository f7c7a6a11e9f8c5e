"use client";

import { Text } from "@mantine/core";
import { stepInWords } from "../../lib/landing-words.ts";
import type { Queue } from "../../lib/types.ts";
import { Elapsed } from "../parts/Elapsed.tsx";
import { Lamp } from "../parts/Lamp.tsx";
import { WorkspaceLink } from "../parts/Links.tsx";
import classes from "./RunningLanding.module.css";

/** What a queue lands now: the batch, which check runs on it, and for how long (CON-33). */
export function RunningLanding({ running }: { running: NonNullable<Queue["running"]> }) {
  const { changes, now, since, checks } = running;
  return (
    <section className={classes.running} aria-label="Landing now">
      <Lamp tone="violet" shape="half" />
      <div>
        <Text size="sm" component="div" className={classes.batch}>
          Landing
          {changes.map(({ workspaceId }) => (
            <WorkspaceLink key={workspaceId} id={workspaceId} />
          ))}
          <span>
            for <Elapsed since={since} />
          </span>
        </Text>
        <Text size="xs" c="dimmed" component="div">
          {stepInWords(now, changes.length, checks)}
          {now ? (
            <>
              {" "}
              for <Elapsed since={now.since} />
            </>
          ) : null}
        </Text>
      </div>
    </section>
  );
}
