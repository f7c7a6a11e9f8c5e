import { Alert } from "@mantine/core";
import type { Problem } from "@signalbox/api/contracts";

/** What the server refused and what to do next; nothing while there is no problem (CON-53, CON-61). */
export function Refused({ problem }: { problem: Problem | null }) {
  if (!problem) return null;
  return (
    <Alert color="red" variant="light" title={problem.message} role="alert">
      {problem.next}
    </Alert>
  );
}
