"use client";

import { Button, type ButtonProps } from "@mantine/core";
import type { Scope } from "@signalbox/api/contracts";
import { useRefusal } from "../../lib/use-session.ts";

interface Props extends ButtonProps {
  needs: Scope;
  /** Another reason for which it cannot be pressed now. */
  refusal?: string | null;
  onClick: () => void;
}

/** A button that says why it cannot be pressed, such as a missing scope, instead of doing nothing (CON-07). */
export function ActButton({ needs, refusal: given, onClick, ...rest }: Props) {
  const refusal = useRefusal(needs) ?? given;
  if (!refusal) return <Button onClick={onClick} {...rest} />;
  return <Button {...rest} data-disabled aria-disabled="true" data-hint={refusal} type="button" />;
}
