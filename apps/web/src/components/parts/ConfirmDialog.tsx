"use client";

import { Box, Button, Group, Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { problemOf } from "../../lib/problem.ts";
import { Refused } from "./Refused.tsx";

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
  /** Nothing ends or is lost by it; default false. */
  harmless?: boolean;
}

/** Asks before something with consequences; the server's refusal is shown in place (CON-61). */
export function ConfirmDialog({
  title,
  children,
  action,
  pending,
  error,
  onConfirm,
  onClose,
  harmless = false,
}: Props) {
  return (
    <Modal opened onClose={onClose} title={title} centered>
      {children}
      {error ? (
        <Box mt="md">
          <Refused problem={problemOf(error)} />
        </Box>
      ) : null}
      <Group justify="flex-end" mt="lg" gap="sm">
        <Button variant="default" size="sm" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button color={harmless ? undefined : "red"} size="sm" loading={pending} onClick={onConfirm}>
          {action}
        </Button>
      </Group>
    </Modal>
  );
}
