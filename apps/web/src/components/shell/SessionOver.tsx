"use client";

import { Modal, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { TokenForm } from "../sign-in/TokenForm.tsx";

/** Offers sign-in in place when the session ended; the page below, and what was typed there, stays (CON-04). */
export function SessionOver({ onSignedIn }: { onSignedIn: () => void }) {
  const queryClient = useQueryClient();
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title="Your session has ended"
      zIndex={500}
      centered
    >
      <Text size="sm" c="dimmed" mb="md">
        It was unused for 12 hours, revoked, or signed out elsewhere. Sign in to go on where you are: what you typed is
        still here.
      </Text>
      <TokenForm
        onSignedIn={() => {
          onSignedIn();
          void queryClient.invalidateQueries();
        }}
      />
    </Modal>
  );
}
