"use client";

import { Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import { offeredProfiles } from "../../lib/token-form.ts";
import { useSession } from "../../lib/use-session.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Part } from "../parts/Part.tsx";
import { NewTokenForm } from "./NewTokenForm.tsx";
import { TokenText } from "./TokenText.tsx";

/** Makes a token and shows its text once; it is forgotten with the dialog (CON-48). */
export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const session = useSession();
  const read = useQuery(reads.tokenProfiles(trpc));
  const narrow = useMediaQuery("(max-width: 48em)");
  // The answer holds the text: it goes out of memory as soon as nobody shows it.
  const create = useMutation(trpc.tokens.create.mutationOptions({ gcTime: 0 }));
  return (
    <Modal
      opened
      onClose={onClose}
      title={create.data ? "Copy the token now" : "New token"}
      size={create.data ? 560 : 1020}
      fullScreen={narrow}
      closeOnClickOutside={false}
    >
      {create.data ? (
        <TokenText created={create.data} onDone={onClose} />
      ) : (
        <Part read={read} rows={8}>
          {({ items }) =>
            session ? (
              <NewTokenForm
                session={session}
                templates={offeredProfiles(session, items)}
                create={create}
                onCancel={onClose}
              />
            ) : null
          }
        </Part>
      )}
    </Modal>
  );
}
