"use client";

import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { pages } from "../../lib/pages.ts";
import { useCompose } from "../../lib/use-compose.ts";
import { useDialog } from "../../lib/use-dialog.ts";

const ShortcutList = dynamic(() => import("./ShortcutList.tsx").then((module) => module.ShortcutList), { ssr: false });

/** How long after `g` a letter still means a page, in milliseconds. */
const patience = 1_200;

export const useShortcutList = () => useDialog("shortcuts");

/** Whether keys belong to what has the focus: a field, or a terminal under control (CON-56). */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[data-view-only]")) return false;
  return target.isContentEditable || target.matches("input, textarea, select, [role=textbox]");
}

function moveInList(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")].filter((row) => row.offsetParent);
  const at = rows.indexOf(document.activeElement as HTMLElement);
  rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
}

/** Shortcuts that work on every page. */
export function Keyboard() {
  const router = useRouter();
  const { opened, open, close } = useShortcutList();
  const { open: compose } = useCompose();
  useEffect(() => {
    let leadAt = 0;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      const led = Date.now() - leadAt < patience;
      leadAt = 0;
      const page = led && pages.find(({ letter }) => letter === event.key);
      if (page) router.push(page.href);
      else if (document.querySelector("[role=dialog]")) return;
      else if (event.key === "g") leadAt = Date.now();
      else if (event.key === "?") open();
      else if (event.key === "c") compose();
      else if (event.key === "j") moveInList(1);
      else if (event.key === "k") moveInList(-1);
      else if (event.key === "/") document.querySelector<HTMLInputElement>("[data-filter]")?.focus();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [router, open, compose]);
  return opened ? <ShortcutList onClose={close} /> : null;
}
