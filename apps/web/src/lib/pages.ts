import {
  IconActivityHeartbeat,
  IconGitBranch,
  IconGitMerge,
  IconHistory,
  IconId,
  IconMessages,
  type IconProps,
  IconServer2,
  IconShieldLock,
  IconTerminal2,
} from "@tabler/icons-react";
import type { ComponentType } from "react";

export interface PageEntry {
  href: string;
  label: string;
  /** Follows `g` (CON-56). */
  letter: string;
  icon: ComponentType<IconProps>;
}

/** The pages of the navigation (CON-08), in its order. */
export const pages: readonly PageEntry[] = [
  { href: "/", label: "Overview", letter: "o", icon: IconActivityHeartbeat },
  { href: "/agents", label: "Agents", letter: "a", icon: IconTerminal2 },
  { href: "/workspaces", label: "Workspaces", letter: "w", icon: IconGitMerge },
  { href: "/hosts", label: "Hosts", letter: "h", icon: IconServer2 },
  { href: "/messages", label: "Messages", letter: "m", icon: IconMessages },
  { href: "/activity", label: "Activity", letter: "l", icon: IconHistory },
  { href: "/profiles", label: "Profiles", letter: "p", icon: IconId },
  { href: "/repositories", label: "Repositories", letter: "r", icon: IconGitBranch },
  { href: "/security", label: "Tokens & security", letter: "t", icon: IconShieldLock },
];

/** Whether an address belongs to a page: itself or something below it. */
export const isAt = (pathname: string, href: string): boolean =>
  href === "/" ? pathname === "/" : pathname === href || pathname.startsWith(`${href}/`);
