"use client";

import dynamic from "next/dynamic";
import { useCompose } from "../../lib/use-compose.ts";

const ComposeDialog = dynamic(() => import("./ComposeDialog.tsx").then((module) => module.ComposeDialog), {
  ssr: false,
});

/** The dialog's place in every page; its code is loaded when it is first opened. */
export function Compose() {
  const { opened, to, close } = useCompose();
  return opened ? <ComposeDialog to={to} onClose={close} /> : null;
}
