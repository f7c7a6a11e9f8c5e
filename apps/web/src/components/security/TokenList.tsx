"use client";

import { NativeSelect, SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { filterNamed, reads, type TokenFilter, tokenFilters } from "../../lib/reads.ts";
import { profileNamed, tokenProfileWords } from "../../lib/token-words.ts";
import { useAddress } from "../../lib/use-address.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Pager } from "../parts/Pager.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Part } from "../parts/Part.tsx";
import toolbar from "../parts/Toolbar.module.css";
import { TokenTable } from "./TokenTable.tsx";

const RevokeDialog = dynamic(() => import("./RevokeDialog.tsx").then((module) => module.RevokeDialog), { ssr: false });

const choices = [
  { value: "active", label: "Active" },
  { value: "expired", label: "Expired" },
  { value: "revoked", label: "Revoked" },
  { value: "all", label: "All" },
];
const profiles = [{ value: "", label: "Any profile" }, ...Object.keys(tokenProfileWords)];

/** The last use is kept to the minute and makes no event; it is read again so often, in milliseconds. */
const usesEvery = 30_000;

/** Tokens, narrowed by state and profile; both are in the address, as is the one about to be revoked (CON-11, CON-48). */
export function TokenList() {
  const [state, setState] = useAddress("state", "active");
  const [named, setProfile] = useAddress("profile");
  const [after, setAfter] = useAddress("after");
  const [revoking, setRevoking] = useAddress("revoke");
  const filter = filterNamed<TokenFilter>(tokenFilters, state, "active");
  const profile = profileNamed(named);
  const read = useQuery({
    ...reads.tokens(useTRPC(), filter, profile, after),
    placeholderData: keepPreviousData,
    refetchInterval: usesEvery,
  });
  const asked = read.data?.items.find(({ id }) => id === revoking);
  return (
    <>
      <div className={toolbar.toolbar}>
        <SegmentedControl
          size="xs"
          data={choices}
          value={filter}
          aria-label="State"
          onChange={(value) => {
            setAfter("", "replace");
            setState(value);
          }}
        />
        <NativeSelect
          size="xs"
          aria-label="Token profile"
          data={profiles}
          value={profile}
          onChange={(event) => {
            setAfter("", "replace");
            setProfile(event.currentTarget.value);
          }}
        />
      </div>
      <Panel flush>
        <Part read={read} rows={6}>
          {({ items }) => (
            <TokenTable tokens={items} narrowed={filter !== "all" || profile !== ""} onRevoke={setRevoking} />
          )}
        </Part>
      </Panel>
      <Pager after={after} next={read.data?.nextCursor ?? null} go={setAfter} />
      {asked ? <RevokeDialog token={asked} onClose={() => setRevoking("", "replace")} /> : null}
    </>
  );
}
