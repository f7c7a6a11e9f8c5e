"use client";

import {
  Group,
  Menu,
  SegmentedControl,
  Text,
  UnstyledButton,
  useMantineColorScheme,
  VisuallyHidden,
} from "@mantine/core";
import { IconChevronUp, IconKeyboard, IconLogout } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useSession } from "../../lib/use-session.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Lamp } from "../parts/Lamp.tsx";
import { useShortcutList } from "./Keyboard.tsx";
import { useConnection } from "./LiveData.tsx";
import classes from "./UserMenu.module.css";

const connectionWords = {
  live: { tone: "green", shape: "full", word: "Live" },
  connecting: { tone: "grey", shape: "dash", word: "Connecting" },
  lost: { tone: "amber", shape: "bar", word: "Reconnecting" },
} as const;

const looks = [
  { value: "auto", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

/** Who is signed in and with which rights; theme, shortcuts, sign-out (CON-05). */
export function UserMenu() {
  const session = useSession();
  const { state } = useConnection();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const shortcuts = useShortcutList();
  const signOut = useMutation(
    useTRPC().auth.signOut.mutationOptions({ onSuccess: () => window.location.assign("/sign-in") }),
  );
  const { tone, shape, word } = connectionWords[state];
  return (
    <Menu position="top-start" width={260}>
      <Menu.Target>
        <UnstyledButton className={classes.user}>
          <VisuallyHidden>User menu</VisuallyHidden>
          <div className={classes.who}>
            <Text size="sm" fw={500} truncate>
              {session?.actor ?? "…"}
            </Text>
            <Group gap={6} wrap="nowrap">
              <Lamp tone={tone} shape={shape} />
              <Text size="xs" c="dimmed">
                {word}
              </Text>
            </Group>
          </div>
          <IconChevronUp size={15} stroke={1.6} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.card}>
          <Text size="sm" fw={500}>
            {session?.actor}
          </Text>
          <Text size="xs" c="dimmed">
            Profile {session?.profile ?? "unknown"}
          </Text>
          <Text size="xs" c="dimmed" mt={6}>
            Scopes: {session?.scopes?.join(", ")}
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        <div className={classes.look}>
          <SegmentedControl
            fullWidth
            size="xs"
            data={looks}
            value={colorScheme}
            aria-label="Theme"
            onChange={(value) => setColorScheme(value as "auto" | "light" | "dark")}
          />
        </div>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconKeyboard size={15} />}
          rightSection={<Text size="xs">?</Text>}
          onClick={shortcuts.open}
        >
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={15} />}
          onClick={() => signOut.mutate({})}
          disabled={signOut.isPending}
        >
          {signOut.isPending ? "Signing out" : "Sign out"}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
