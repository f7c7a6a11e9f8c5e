import { Progress, Text } from "@mantine/core";
import classes from "./Hosts.module.css";

interface Props {
  label: string;
  value: string;
  about?: string;
  /** From 0 to 1; none, no bar. */
  part?: number;
}

/** One measure of a host, with a bar where it has an end; amber when nearly used up. */
export function Meter({ label, value, about, part }: Props) {
  return (
    <div className={classes.meter}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <span className={classes.value}>{value}</span>
      {part === undefined ? null : (
        <Progress
          size={4}
          value={Math.min(100, 100 * part)}
          color={part >= 0.9 ? "var(--sb-amber-lamp)" : "var(--sb-blue-lamp)"}
          aria-label={label}
        />
      )}
      {about ? (
        <Text size="xs" c="dimmed">
          {about}
        </Text>
      ) : null}
    </div>
  );
}
