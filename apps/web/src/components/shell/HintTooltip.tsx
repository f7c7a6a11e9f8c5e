"use client";

import { Tooltip } from "@mantine/core";
import { useEffect, useId } from "react";

/** The tooltip at an element, which it describes while it is shown. */
export function HintTooltip({ element, text }: { element: HTMLElement; text: string }) {
  const id = useId();
  useEffect(() => {
    element.setAttribute("aria-describedby", id);
    return () => element.removeAttribute("aria-describedby");
  }, [element, id]);
  return <Tooltip key={text} id={id} target={element} label={text} opened multiline maw={420} />;
}
