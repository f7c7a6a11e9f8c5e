"use client";

import { Button } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { count } from "../../lib/words.ts";
import classes from "./NewerButton.module.css";

interface Props {
  /** How many are newer than what is shown; nothing is drawn for none. */
  newer: number;
  /** There may be more than that. */
  more: boolean;
  /** What one of them is called. */
  what: string;
  show: () => void;
}

/** Counts over a list what is newer than what it shows, and brings it in when asked for (CON-47). */
export function NewerButton({ newer, more, what, show }: Props) {
  return (
    <div className={classes.newer} aria-live="polite">
      {newer > 0 ? (
        <Button
          radius="xl"
          leftSection={<IconArrowUp size={14} />}
          onClick={() => {
            show();
            window.scrollTo({ top: 0 });
          }}
        >
          {more ? `${newer}+ new ${what}s` : count(newer, `new ${what}`)}
        </Button>
      ) : null}
    </div>
  );
}
