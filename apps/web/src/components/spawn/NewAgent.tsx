"use client";

import dynamic from "next/dynamic";
import { useDialog } from "../../lib/use-dialog.ts";

const NewAgentDialog = dynamic(() => import("./NewAgentDialog.tsx").then((module) => module.NewAgentDialog), {
  ssr: false,
});

/** Opens the dialog from anywhere (CON-52). */
export const useNewAgent = () => useDialog("new-agent");

/** The dialog's place in every page; its code is loaded when it is first opened. */
export function NewAgent() {
  const { opened, close } = useNewAgent();
  return opened ? <NewAgentDialog onClose={close} /> : null;
}
