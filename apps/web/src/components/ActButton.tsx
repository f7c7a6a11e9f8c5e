"use client";

import { Button, type ButtonProps } from "@mantine/core";
import type { Scope } from "@signalbox/api/contracts";
import { useRefusal } from "../lib/use-session.ts";

interface Props extends ButtonProps {
  needs: Scope;
  onClick: () => void;
}

/** A button that says which scope is missing instead of doing nothing (CON-07). */
export function ActButton({ needs, onClick, ...rest }: Props) {
  const refusal = useRefusal(needs);
  if (!refusal) return <Button onClick={onClick} {...rest} />;
  return <Button {...rest} data-disabled aria-disabled="true" data-hint={refusal} type="button" />;
}
