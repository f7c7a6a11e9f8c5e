"use client";

import { AppShell, Kbd, NavLink } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { isAt, pages } from "../../lib/pages.ts";
import { useAttention } from "../../lib/use-attention.ts";
import { ActButton } from "../parts/ActButton.tsx";
import { Wordmark } from "../parts/Wordmark.tsx";
import { useNewAgent } from "../spawn/NewAgent.tsx";
import classes from "./Navigation.module.css";

const UserMenu = dynamic(() => import("./UserMenu.tsx").then((module) => module.UserMenu), {
  ssr: false,
  loading: () => <div className={classes.user} />,
});

/** Where one can go, how many things need a person, and who is signed in. */
export function Navigation() {
  const pathname = usePathname();
  const needed = useAttention().length;
  const { open } = useNewAgent();
  return (
    <>
      <AppShell.Section p="md" pb="sm" visibleFrom="sm">
        <Link href="/" className={classes.home}>
          <Wordmark />
        </Link>
      </AppShell.Section>
      <AppShell.Section px="sm" py="xs">
        <ActButton needs="command:spawn" fullWidth leftSection={<IconPlus size={15} />} onClick={open} size="sm">
          New agent
        </ActButton>
      </AppShell.Section>
      <AppShell.Section grow px="sm" py={4} component="nav" aria-label="Pages">
        {pages.map(({ href, label, letter, icon: Icon }) => (
          <NavLink
            key={href}
            component={Link}
            href={href}
            label={label}
            active={isAt(pathname, href)}
            aria-current={isAt(pathname, href) ? "page" : undefined}
            leftSection={<Icon size={17} stroke={1.6} />}
            rightSection={
              href === "/" && needed > 0 ? (
                <span className={classes.needed} role="status" aria-label={`${needed} need attention`}>
                  {needed}
                </span>
              ) : (
                <Kbd size="xs" className={classes.hint} aria-hidden="true">
                  g {letter}
                </Kbd>
              )
            }
            className={classes.link}
          />
        ))}
      </AppShell.Section>
      <AppShell.Section className={classes.foot}>
        <UserMenu />
      </AppShell.Section>
    </>
  );
}
