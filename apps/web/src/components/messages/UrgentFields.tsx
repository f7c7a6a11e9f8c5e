"use client";

import { Checkbox, Stack } from "@mantine/core";

interface Values {
  urgent: boolean;
  steer: boolean;
}

interface Props extends Values {
  change: (values: Values) => void;
}

/** Whether a message is urgent, and only then whether it may interrupt (MSG-47, CON-45). */
export function UrgentFields({ urgent, steer, change }: Props) {
  return (
    <Stack gap={8}>
      <Checkbox
        label="Urgent"
        checked={urgent}
        onChange={(event) => change({ urgent: event.currentTarget.checked, steer: false })}
      />
      {urgent ? (
        <Checkbox
          label="Interrupt"
          description="Written into its session at once, also in the middle of a turn"
          checked={steer}
          onChange={(event) => change({ urgent, steer: event.currentTarget.checked })}
        />
      ) : null}
    </Stack>
  );
}
