"use client";

import dynamic from "next/dynamic";
import { useEffect, useState } from "react";
import { absoluteTime } from "../../lib/time.ts";

const HintTooltip = dynamic(() => import("./HintTooltip.tsx").then((module) => module.HintTooltip), { ssr: false });

interface Shown {
  element: HTMLElement;
  text: string;
}

const hinted = (target: EventTarget | null): Shown | null => {
  const element = target instanceof Element ? target.closest<HTMLElement>("[data-hint], time[datetime]") : null;
  if (!element) return null;
  const { hint } = element.dataset;
  const at = element.getAttribute("datetime");
  return { element, text: hint ?? (at ? absoluteTime(at) : "") };
};

/**
 * One tooltip for the whole page, loaded when it is first needed: whatever has `data-hint`, and every time, shows its
 * text on hover, focus and tap. A list of a hundred rows pays nothing for it.
 */
export function Hints() {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const look = (event: Event) => {
      const found = hinted(event.target);
      setShown((was) => (was?.element === found?.element && was?.text === found?.text ? was : found));
    };
    const hide = (event: Event) => (event as KeyboardEvent).key === "Escape" && setShown(null);
    for (const type of ["pointerover", "focusin", "click"]) document.addEventListener(type, look);
    document.addEventListener("keydown", hide);
    return () => {
      for (const type of ["pointerover", "focusin", "click"]) document.removeEventListener(type, look);
      document.removeEventListener("keydown", hide);
    };
  }, []);
  return shown ? <HintTooltip element={shown.element} text={shown.text} /> : null;
}
