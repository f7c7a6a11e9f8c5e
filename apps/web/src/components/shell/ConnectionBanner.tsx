"use client";

import { Button, Group, Text } from "@mantine/core";
import { Lamp } from "../parts/Lamp.tsx";
import { Time } from "../parts/Time.tsx";
import classes from "./ConnectionBanner.module.css";
import { useConnection } from "./LiveData.tsx";

/** Over the page while the connection is lost, and after an upgrade of the relay (CON-58). */
export function ConnectionBanner() {
  const { state, lostSince, upgraded } = useConnection();
  return (
    <div aria-live="polite">
      {state === "lost" && lostSince ? (
        <div className={classes.banner}>
          <Lamp tone="amber" shape="bar" />
          <Text size="sm">
            Connection to the relay lost <Time at={lostSince} />. Shown as of then; reconnecting by itself.
          </Text>
        </div>
      ) : null}
      {state === "live" && upgraded ? (
        <Group className={classes.banner} justify="space-between">
          <Text size="sm">The relay was upgraded. Reload to get the new console.</Text>
          <Button variant="default" onClick={() => window.location.reload()}>
            Reload
          </Button>
        </Group>
      ) : null}
    </div>
  );
}
