import { Button, Group } from "@mantine/core";

interface Props {
  /** Cursor of the page that is shown; empty on the first. */
  after: string;
  next: string | null;
  go: (cursor: string) => void;
}

/** On to the next rows, and back to the first. Nothing when all rows are shown. */
export function Pager({ after, next, go }: Props) {
  if (!after && !next) return null;
  return (
    <Group justify="flex-end" mt="sm" gap="xs">
      {after ? (
        <Button variant="default" onClick={() => go("")}>
          First page
        </Button>
      ) : null}
      {next ? (
        <Button variant="default" onClick={() => go(next)}>
          Next page
        </Button>
      ) : null}
    </Group>
  );
}
