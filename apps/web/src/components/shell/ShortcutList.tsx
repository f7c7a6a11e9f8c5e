import { Group, Kbd, Modal, Stack, Text } from "@mantine/core";
import { pages } from "../../lib/pages.ts";

const rest: readonly [string[], string][] = [
  [["c"], "Write a message"],
  [["/"], "Focus the filter"],
  [["j"], "Next in the list"],
  [["k"], "Previous in the list"],
  [["Enter"], "Open"],
  [["Esc"], "Close the topmost dialog"],
  [["?"], "This list"],
];

/** What the keyboard does (CON-56). */
export function ShortcutList({ onClose }: { onClose: () => void }) {
  const all = [...pages.map(({ letter, label }) => [["g", letter], `Go to ${label}`] as const), ...rest];
  return (
    <Modal opened onClose={onClose} title="Keyboard shortcuts" size="sm">
      <Stack gap={8}>
        {all.map(([keys, meaning]) => (
          <Group key={meaning} justify="space-between">
            <Text size="sm">{meaning}</Text>
            <Group gap={4}>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  );
}
