"use client";

import { useCallback } from "react";
import { useAddress } from "./use-address.ts";

/** A dialog whose being open is in the address, so that back closes it (CON-11). */
export function useDialog(name: string): { opened: boolean; open: () => void; close: () => void } {
  const [dialog, setDialog] = useAddress("dialog");
  const open = useCallback(() => setDialog(name), [name, setDialog]);
  const close = useCallback(() => setDialog("", "replace"), [setDialog]);
  return { opened: dialog === name, open, close };
}
