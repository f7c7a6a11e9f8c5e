"use client";

import { SegmentedControl } from "@mantine/core";
import { IconPencil, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { messageFilterNames } from "../../lib/message-filters.ts";
import { stateOptions } from "../../lib/message-words.ts";
import { reads } from "../../lib/reads.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useCompose } from "../../lib/use-compose.ts";
import { useFilters } from "../../lib/use-filters.ts";
import { useRefusal } from "../../lib/use-session.ts";
import { useTRPC } from "../../trpc/context.ts";
import { type Filter, FilterBar } from "../filters/FilterBar.tsx";
import { TextFilter } from "../filters/TextFilter.tsx";
import { ActButton } from "../parts/ActButton.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Needs } from "../parts/Needs.tsx";
import { PageHead } from "../parts/PageHead.tsx";
import { Part } from "../parts/Part.tsx";
import toolbar from "../parts/Toolbar.module.css";
import { MessageList } from "./MessageList.tsx";
import { NeedyMessages } from "./NeedyMessages.tsx";

const filters: readonly Filter<(typeof messageFilterNames)[number]>[] = [
  { name: "channel", label: "Channel", placeholder: "The whole name" },
  { name: "from", label: "From", kind: "time" },
  { name: "to", label: "Until", kind: "time" },
];
const choices = [{ value: "", label: "All" }, ...stateOptions];

/** What agents and people wrote to each other, and how far it came; what it is narrowed to is in the address (CON-44). */
export function MessagesPage() {
  const { values, change } = useFilters(messageFilterNames, "before");
  const [before, setBefore] = useAddress("before");
  const refusal = useRefusal("message:read");
  const { open } = useCompose();
  const read = useQuery({
    ...reads.messages(useTRPC(), values, before),
    placeholderData: keepPreviousData,
    enabled: !refusal,
  });
  const compose = (
    <ActButton needs="message:send" leftSection={<IconPencil size={14} />} onClick={() => open()}>
      Write a message
    </ActButton>
  );
  return (
    <>
      <PageHead title="Messages">{refusal ? null : compose}</PageHead>
      <Needs scope="message:read" what="messages">
        <NeedyMessages />
        <FilterBar filters={filters} values={values} change={change}>
          <SegmentedControl
            size="xs"
            data={choices}
            value={choices.some(({ value }) => value === values.state) ? values.state : ""}
            aria-label="State"
            onChange={(state) => change({ state })}
          />
          <TextFilter
            className={toolbar.search}
            placeholder="Agent id"
            aria-label="Filter by agent"
            leftSection={<IconSearch size={14} />}
            value={values.agent}
            onChange={(agent) => change({ agent }, "replace")}
            main
          />
        </FilterBar>
        <Part read={read} rows={8}>
          {(page) => (
            <MessageList
              page={page}
              read={JSON.stringify([values, before])}
              settled={!read.isPlaceholderData}
              before={before}
              go={setBefore}
              empty={
                Object.values(values).some(Boolean) ? (
                  <Empty title="No message matches">Choose another state or remove a filter.</Empty>
                ) : (
                  <Empty title="Nobody has written yet" action={compose}>
                    What agents and people write to each other appears here, with how far it came.
                  </Empty>
                )
              }
            />
          )}
        </Part>
      </Needs>
    </>
  );
}
