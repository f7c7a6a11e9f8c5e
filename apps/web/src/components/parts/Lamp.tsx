import type { Shape, Signal, Tone } from "../../lib/words.ts";
import classes from "./Lamp.module.css";

const shapes: Record<Shape, React.ReactNode> = {
  full: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="3.75" fill="none" stroke="currentColor" strokeWidth="1.75" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" opacity="0.45" />
      <path
        d="M6 1.75a4.25 4.25 0 0 1 4.25 4.25"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
        className={classes.turn}
      />
    </>
  ),
  dash: (
    <circle cx="6" cy="6" r="3.75" fill="none" stroke="currentColor" strokeWidth="1.75" strokeDasharray="2.2 2.51" />
  ),
  bar: (
    <>
      <rect x="1" y="1" width="10" height="10" rx="2.5" fill="currentColor" />
      <path d="M6 3.2v3.4M6 8.6v.2" stroke="var(--mantine-color-body)" strokeWidth="1.7" strokeLinecap="round" />
    </>
  ),
  cross: <path d="M2.5 2.5l7 7M9.5 2.5l-7 7" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  check: (
    <path
      d="M2 6.5l2.8 2.8L10 3.4"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
};

/** A state as a signal lamp: shape and colour say the same. */
export function Lamp({ tone, shape }: { tone: Tone; shape: Shape }) {
  return (
    <svg viewBox="0 0 12 12" className={classes.lamp} data-tone={tone} aria-hidden="true">
      {shapes[shape]}
    </svg>
  );
}

/** The lamp with its word. */
export function State({ signal, children }: { signal: Signal; children?: React.ReactNode }) {
  return (
    <span className={classes.state} data-tone={signal.tone}>
      <Lamp tone={signal.tone} shape={signal.shape} />
      <span>{children ?? signal.word}</span>
    </span>
  );
}

/** The same as a badge with an outline, where a state stands alone. */
export function StateBadge({ signal }: { signal: Signal }) {
  return (
    <span className={classes.badge} data-tone={signal.tone}>
      <Lamp tone={signal.tone} shape={signal.shape} />
      {signal.word}
    </span>
  );
}
