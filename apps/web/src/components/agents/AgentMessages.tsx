"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { reads } from "../../lib/reads.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useRefusal } from "../../lib/use-session.ts";
import { useTRPC } from "../../trpc/context.ts";
import { MessageList } from "../messages/MessageList.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Needs } from "../parts/Needs.tsx";
import { Part } from "../parts/Part.tsx";

/** What one agent sent and received, newest first (CON-21). */
export function AgentMessages({ agentId }: { agentId: string }) {
  const [before, setBefore] = useAddress("before");
  const refusal = useRefusal("message:read");
  const filters = { agent: agentId, state: "", channel: "", from: "", to: "" };
  const read = useQuery({
    ...reads.messages(useTRPC(), filters, before),
    placeholderData: keepPreviousData,
    enabled: !refusal,
  });
  return (
    <Needs scope="message:read" what="messages">
      <Part read={read} rows={6}>
        {(page) => (
          <MessageList
            page={page}
            read={`${agentId} ${before}`}
            settled={!read.isPlaceholderData}
            before={before}
            go={setBefore}
            empty={<Empty title="No messages yet">What it writes and what is written to it appears here.</Empty>}
          />
        )}
      </Part>
    </Needs>
  );
}
