"use client";

import { AppShell, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect } from "react";
import { Compose } from "../messages/Compose.tsx";
import { Wordmark } from "../parts/Wordmark.tsx";
import { NewAgent } from "../spawn/NewAgent.tsx";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { Hints } from "./Hints.tsx";
import { Keyboard } from "./Keyboard.tsx";
import { Navigation } from "./Navigation.tsx";
import classes from "./Shell.module.css";
import { TitleCount } from "./TitleCount.tsx";

/** The frame of every page: navigation at the left, on a phone behind a button. */
export function Shell({ children }: { children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure();
  const pathname = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: arriving at another page closes the phone's navigation
  useEffect(close, [pathname]);
  return (
    <AppShell
      header={{ height: { base: 48, sm: 0 } }}
      navbar={{ width: 216, breakpoint: "sm", collapsed: { mobile: !opened } }}
      transitionDuration={0}
    >
      <a href="#main" className={classes.skip}>
        Skip to content
      </a>
      <AppShell.Header hiddenFrom="sm" className={classes.header}>
        <Group h="100%" px="sm" gap="sm">
          <Burger
            opened={opened}
            onClick={toggle}
            size="sm"
            aria-label={opened ? "Close navigation" : "Open navigation"}
          />
          <Wordmark />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
        <ConnectionBanner />
        <div className={classes.page}>{children}</div>
      </AppShell.Main>
      <NewAgent />
      <Compose />
      <Keyboard />
      <Hints />
      <TitleCount />
    </AppShell>
  );
}
