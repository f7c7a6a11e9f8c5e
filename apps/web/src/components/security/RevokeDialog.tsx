"use client";

import { List, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { endsWith } from "../../lib/token-words.ts";
import type { Token } from "../../lib/types.ts";
import { useSession } from "../../lib/use-session.ts";
import { useTRPC } from "../../trpc/context.ts";
import { ConfirmDialog } from "../parts/ConfirmDialog.tsx";
import { Time } from "../parts/Time.tsx";

/** Says what uses a token now and that revoking it is final (CON-61, IDN-36). */
export function RevokeDialog({ token, onClose }: { token: Token; onClose: () => void }) {
  const own = useSession()?.tokenId === token.id;
  const revoke = useMutation(useTRPC().tokens.revoke.mutationOptions({ onSuccess: onClose }));
  const ends = endsWith({ token, own });
  return (
    <ConfirmDialog
      title={`Revoke ${token.name}?`}
      action="Revoke token"
      pending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate({ tokenId: token.id })}
      onClose={onClose}
    >
      <Text size="sm" component="div">
        {token.lastUsedAt ? (
          <>
            It was used last <Time at={token.lastUsedAt} />.
          </>
        ) : (
          "No use of it is recorded yet; the last minute may be missing."
        )}{" "}
        {ends.length === 0 ? "Nothing is known to use it now." : "What uses it now:"}
      </Text>
      {ends.length > 0 ? (
        <List size="sm" mt={6} spacing={4}>
          {ends.map((line) => (
            <List.Item key={line}>{line}</List.Item>
          ))}
        </List>
      ) : null}
      <Text size="sm" mt="sm">
        From then on every call with it is refused. This cannot be undone.
      </Text>
    </ConfirmDialog>
  );
}
