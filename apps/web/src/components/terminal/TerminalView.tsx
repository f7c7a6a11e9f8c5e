"use client";

import "@xterm/xterm/css/xterm.css";
import { ActionIcon, Button, Kbd, Switch, Text } from "@mantine/core";
import { IconKeyboard, IconMinus, IconPlus } from "@tabler/icons-react";
import Link from "next/link";
import { useEffect, useRef, useState } from "react";
import { useTerminal } from "../../lib/use-terminal.ts";
import { Lamp } from "../parts/Lamp.tsx";
import { Time } from "../parts/Time.tsx";
import { TerminalKeys } from "./TerminalKeys.tsx";
import classes from "./TerminalView.module.css";

/** A live terminal. It opens view-only; typing starts only with "Take control" (CON-24). */
export function TerminalView({ agentId }: { agentId: string }) {
  const element = useRef<HTMLDivElement>(null);
  const [inControl, setInControl] = useState(false);
  const [reader, setReader] = useState(false);
  const { state, screen, again } = useTerminal({ agentId, element, inControl, leave: () => setInControl(false) });
  const { phase, viewOnly } = state;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another phase may have another screen
  useEffect(() => {
    if (screen.current) screen.current.term.options.screenReaderMode = reader;
  }, [reader, screen, phase]);

  const grow = (by: number) => {
    const term = screen.current?.term;
    if (term) term.options.fontSize = Math.min(24, Math.max(7, (term.options.fontSize ?? 13) + by));
  };
  return (
    <section className={classes.frame} aria-label="Terminal" data-view-only={inControl ? undefined : true}>
      <div className={classes.bar}>
        <span className={classes.mode}>
          <Lamp tone={inControl ? "amber" : phase === "live" ? "green" : "grey"} shape={inControl ? "half" : "full"} />
          {inControl ? (
            <span>
              In control
              <span className={classes.hint}>
                : <Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">]</Kbd> leaves
              </span>
            </span>
          ) : (
            <span>
              {phase === "live" ? "Live, view only" : phase === "opening" ? "Opening the terminal" : "Not live"}
            </span>
          )}
        </span>
        <span className={classes.tools}>
          <Switch
            size="xs"
            label="Screen reader"
            checked={reader}
            onChange={(event) => setReader(event.currentTarget.checked)}
            visibleFrom="sm"
          />
          <ActionIcon variant="subtle" size="sm" color="gray" aria-label="Smaller letters" onClick={() => grow(-1)}>
            <IconMinus size={14} />
          </ActionIcon>
          <ActionIcon variant="subtle" size="sm" color="gray" aria-label="Larger letters" onClick={() => grow(1)}>
            <IconPlus size={14} />
          </ActionIcon>
          {inControl ? (
            <Button size="compact-xs" variant="default" onClick={() => setInControl(false)}>
              Leave control
            </Button>
          ) : (
            <Button
              size="compact-xs"
              leftSection={<IconKeyboard size={14} />}
              data-hint={viewOnly ? "This token may look but not type" : undefined}
              disabled={phase !== "live"}
              data-disabled={viewOnly || undefined}
              onClick={() => !viewOnly && setInControl(true)}
            >
              Take control
            </Button>
          )}
        </span>
      </div>
      {phase === "lost" || phase === "refused" || phase === "over" ? (
        <Text component="div" size="sm" className={classes.over} role="status">
          {phase === "lost" && state.lostSince ? (
            <>
              Connection lost <Time at={state.lostSince} />; it goes on by itself.
            </>
          ) : phase === "over" ? (
            <>
              The session has ended: {state.reason}. <Link href="?tab=logs">Its output is in the logs</Link>.
            </>
          ) : (
            <>
              {state.reason}{" "}
              <Button size="compact-xs" variant="default" onClick={again}>
                Attach again
              </Button>
            </>
          )}
        </Text>
      ) : null}
      {state.skippedAt && phase === "live" ? (
        <Text component="div" size="sm" className={classes.over} role="status">
          Output was skipped <Time at={state.skippedAt} />: it came faster than this page took it.{" "}
          <Link href="?tab=logs">All of it is in the logs</Link>.
        </Text>
      ) : null}
      <div ref={element} className={classes.screen} data-control={inControl || undefined} />
      {inControl ? <TerminalKeys press={(data) => screen.current?.term.input(data)} /> : null}
    </section>
  );
}
