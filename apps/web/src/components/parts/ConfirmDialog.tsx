"use client";

import { Alert, Button, Group, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { problemOf } from "../../lib/problem.ts";

interface Props {
  /** Names the subject. */
  title: string;
  /** What ends and what is kept. */
  children: ReactNode;
  /** The word on the button that does it. */
  action: string;
  /** The act is on its way. */
  pending: boolean;
  /** Why it was refused; null while nothing was. */
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be taken back; the server's refusal is shown in place (CON-61). */
export function ConfirmDialog({ title, children, action, pending, error, onConfirm, onClose }: Props) {
  const refused = error ? problemOf(error) : null;
  return (
    <Modal opened onClose={onClose} title={title} centered>
      {children}
      {refused ? (
        <Alert color="red" variant="light" mt="md" title={refused.message} role="alert">
          {refused.next}
        </Alert>
      ) : null}
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" size="sm" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button color="red" size="sm" loading={pending} onClick={onConfirm}>
          {action}
        </Button>
      </Group>
    </Modal>
  );
}
