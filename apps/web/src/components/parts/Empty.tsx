import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Empty.module.css";

/** Says what belongs here and how to get the first one (CON-59). */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <Text size="sm" fw={500}>
        {title}
      </Text>
      {children ? (
        <Text component="div" size="sm" c="dimmed" maw={460}>
          {children}
        </Text>
      ) : null}
      {action}
    </div>
  );
}
