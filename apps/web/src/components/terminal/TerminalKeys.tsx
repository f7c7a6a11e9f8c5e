import { Button } from "@mantine/core";
import { useState } from "react";
import classes from "./TerminalView.module.css";

const keys = [
  ["Esc", "\x1b"],
  ["Tab", "\t"],
  ["←", "\x1b[D"],
  ["↑", "\x1b[A"],
  ["↓", "\x1b[B"],
  ["→", "\x1b[C"],
] as const;
const letters = ["c", "d", "z", "l", "r"] as const;

/** Keys that a phone's keyboard lacks (CON-26). */
export function TerminalKeys({ press }: { press: (data: string) => void }) {
  const [ctrl, setCtrl] = useState(false);
  return (
    <div className={classes.keys}>
      <Button
        size="compact-sm"
        variant={ctrl ? "filled" : "default"}
        aria-pressed={ctrl}
        onClick={() => setCtrl(!ctrl)}
      >
        Ctrl
      </Button>
      {ctrl
        ? letters.map((letter) => (
            <Button
              key={letter}
              size="compact-sm"
              variant="default"
              onClick={() => {
                press(String.fromCharCode(letter.charCodeAt(0) - 96));
                setCtrl(false);
              }}
            >
              {letter.toUpperCase()}
            </Button>
          ))
        : keys.map(([name, data]) => (
            <Button key={name} size="compact-sm" variant="default" onClick={() => press(data)}>
              {name}
            </Button>
          ))}
    </div>
  );
}
