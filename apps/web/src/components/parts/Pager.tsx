import { Button, Group } from "@mantine/core";

interface Props {
  /** Cursor of the page that is shown; empty on the first. */
  after: string;
  next: string | null;
  go: (cursor: string) => void;
  /** What the two buttons say. */
  first?: string;
  on?: string;
}

/** On to the next rows, and back to the first. Nothing when all rows are shown. */
export function Pager({ after, next, go, first = "First page", on = "Next page" }: Props) {
  if (!after && !next) return null;
  return (
    <Group justify="flex-end" mt="sm" gap="xs">
      {after ? (
        <Button variant="default" onClick={() => go("")}>
          {first}
        </Button>
      ) : null}
      {next ? (
        <Button variant="default" onClick={() => go(next)}>
          {on}
        </Button>
      ) : null}
    </Group>
  );
}
