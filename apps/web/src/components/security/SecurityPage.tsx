"use client";

import { Tabs } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import dynamic from "next/dynamic";
import { useAddress } from "../../lib/use-address.ts";
import { useDialog } from "../../lib/use-dialog.ts";
import { ActButton } from "../parts/ActButton.tsx";
import { Needs } from "../parts/Needs.tsx";
import { PageHead } from "../parts/PageHead.tsx";
import { Denials } from "./Denials.tsx";
import { TokenList } from "./TokenList.tsx";
import { TokenProfiles } from "./TokenProfiles.tsx";

const NewTokenDialog = dynamic(() => import("./NewTokenDialog.tsx").then((module) => module.NewTokenDialog), {
  ssr: false,
});

/** Tokens, what was refused, and the token profiles (CON-08). */
export function SecurityPage() {
  const [tab, setTab] = useAddress("tab", "tokens");
  const { opened, open, close } = useDialog("new-token");
  const newToken = (
    <ActButton needs="token:write" leftSection={<IconPlus size={14} />} onClick={open}>
      New token
    </ActButton>
  );
  return (
    <>
      <PageHead title="Tokens & security">{newToken}</PageHead>
      <Tabs value={tab} onChange={(value) => setTab(value ?? "tokens")} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="tokens">Tokens</Tabs.Tab>
          <Tabs.Tab value="refused">Refused calls</Tabs.Tab>
          <Tabs.Tab value="profiles">Token profiles</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="tokens">
          <Needs scope="token:read" what="tokens">
            <TokenList />
          </Needs>
        </Tabs.Panel>
        <Tabs.Panel value="refused">
          <Needs scope="activity:read" what="refused calls">
            <Denials />
          </Needs>
        </Tabs.Panel>
        <Tabs.Panel value="profiles">
          <Needs scope="token:read" what="token profiles">
            <TokenProfiles />
          </Needs>
        </Tabs.Panel>
      </Tabs>
      {opened ? <NewTokenDialog onClose={close} /> : null}
    </>
  );
}
