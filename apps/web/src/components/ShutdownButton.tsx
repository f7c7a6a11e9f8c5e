"use client";

import type { ButtonProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import dynamic from "next/dynamic";
import { ActButton } from "./ActButton.tsx";

const ShutdownDialog = dynamic(() => import("./ShutdownDialog.tsx").then((module) => module.ShutdownDialog), {
  ssr: false,
});

interface Props {
  agentId: string;
  name: string;
  /** It is in the middle of a turn. */
  busy?: boolean;
  size?: ButtonProps["size"];
}

/** Asks before it ends an agent (CON-61). */
export function ShutdownButton({ agentId, name, busy, size }: Props) {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <ActButton needs="command:shutdown" variant="default" size={size} onClick={open}>
        Shut down
      </ActButton>
      {opened ? <ShutdownDialog agentId={agentId} name={name} busy={busy} onClose={close} /> : null}
    </>
  );
}
