"use client";

import { useCallback } from "react";
import { useAddress } from "./use-address.ts";
import { useDialog } from "./use-dialog.ts";

/** The dialog for writing a message; it and whom it is to are in the address (CON-11, CON-45). */
export function useCompose() {
  const dialog = useDialog("message");
  const [to, setTo] = useAddress("recipient");
  const open = useCallback(
    (recipient = "") => {
      dialog.open();
      setTo(recipient, "replace");
    },
    [dialog.open, setTo],
  );
  const close = useCallback(() => {
    dialog.close();
    setTo("", "replace");
  }, [dialog.close, setTo]);
  return { opened: dialog.opened, to, open, close };
}
