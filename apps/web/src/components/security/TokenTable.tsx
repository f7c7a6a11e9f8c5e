"use client";

import { Code, Text } from "@mantine/core";
import { constraintsInWords } from "../../lib/constraint-words.ts";
import { scopesByGroup } from "../../lib/scope-words.ts";
import { scopesInShort, tokenSignals, tokenState } from "../../lib/token-words.ts";
import type { Token } from "../../lib/types.ts";
import { useSession } from "../../lib/use-session.ts";
import { count } from "../../lib/words.ts";
import { ActButton } from "../parts/ActButton.tsx";
import { Empty } from "../parts/Empty.tsx";
import { State } from "../parts/Lamp.tsx";
import { ActorLink, AgentLink, HostLink } from "../parts/Links.tsx";
import { useNow } from "../parts/Now.tsx";
import table from "../parts/Table.module.css";
import { type Column, Table } from "../parts/Table.tsx";
import { Time } from "../parts/Time.tsx";
import classes from "./Security.module.css";
import { Until } from "./Until.tsx";

const columns: readonly Column[] = [
  { label: "Token" },
  { label: "May", from: "sm" },
  { label: "State", from: "xs" },
  { label: "Made by", from: "lg" },
  { label: "Last used", from: "md" },
  { label: "Action", right: true, unseen: true },
];

interface Props {
  tokens: readonly Token[];
  narrowed: boolean;
  onRevoke: (tokenId: string) => void;
}

/** Tokens, the newest first: what each may do and within which limits, who made it, when it was used last (CON-48). */
export function TokenTable({ tokens, narrowed, onRevoke }: Props) {
  if (tokens.length === 0) {
    return narrowed ? (
      <Empty title="No token matches">Choose another state or profile.</Empty>
    ) : (
      <Empty title="There is no token">Make one for a person, a host or an outside system.</Empty>
    );
  }
  return (
    <Table columns={columns}>
      {tokens.map((token) => (
        <Row key={token.id} token={token} onRevoke={onRevoke} />
      ))}
    </Table>
  );
}

function Row({ token, onRevoke }: { token: Token; onRevoke: Props["onRevoke"] }) {
  const state = tokenState(token, useNow());
  const own = useSession()?.tokenId === token.id;
  const status = (
    <>
      <State signal={tokenSignals[state]} />
      <Text size="xs" c="dimmed" component="div" className={classes.ends}>
        {token.revokedAt ? <Time at={token.revokedAt} /> : <Until at={token.expiresAt} over={state === "expired"} />}
      </Text>
    </>
  );
  return (
    <tr>
      <td className={table.name}>
        <Text size="sm" fw={500} component="div" className={classes.tokenName}>
          {token.name}
          {own ? <span className={classes.own}>this session</span> : null}
        </Text>
        <Text size="xs" c="dimmed" component="div">
          {token.profile} · <span className={classes.id}>{token.id}</span>
        </Text>
        <Uses token={token} />
        <Text component="div" size="sm" hiddenFrom="xs" mt={4}>
          {status}
        </Text>
        <div className={classes.narrow}>
          <Rights token={token} />
        </div>
      </td>
      <td data-from="sm" className={classes.may}>
        <Rights token={token} />
      </td>
      <td data-from="xs">{status}</td>
      <td data-from="lg">
        <Time at={token.createdAt} />
        <Text size="xs" c="dimmed" component="div" className={classes.maker}>
          <ActorLink name={token.createdBy} />
        </Text>
      </td>
      <td data-from="md" className={classes.used}>
        {token.lastUsedAt ? <Time at={token.lastUsedAt} /> : "no use yet"}
      </td>
      <td data-right>
        {state === "active" ? (
          <ActButton needs="token:write" variant="default" size="compact-xs" onClick={() => onRevoke(token.id)}>
            Revoke
          </ActButton>
        ) : null}
      </td>
    </tr>
  );
}

/** Whom it speaks for and who uses it now. */
function Uses({ token: { constraints, uses, subject } }: { token: Token }) {
  const said = [
    ...(constraints.agents ?? []).map((id) => (
      <span key={id}>
        <AgentLink id={id} />
      </span>
    )),
    ...uses.hosts.map((id) => (
      <span key={id}>
        <HostLink id={id} />
      </span>
    )),
    uses.sessions > 0 ? <span key="sessions">{count(uses.sessions, "open session")}</span> : null,
    subject ? (
      <span key="subject" className={classes.id}>
        {subject}
      </span>
    ) : null,
  ].filter((part) => part !== null);
  return said.length === 0 ? null : (
    <Text size="xs" c="dimmed" component="div" className={classes.uses}>
      {said}
    </Text>
  );
}

/** Scopes and limits in short; the whole of both when opened. */
function Rights({ token: { scopes, constraints } }: { token: Token }) {
  const limits = constraintsInWords(constraints);
  return (
    <details className={classes.rights}>
      <summary data-row>
        <span className={classes.short}>{scopesInShort(scopes)}</span>
        {limits.length > 0 ? <span className={classes.limits}>{limits.join(" · ")}</span> : null}
      </summary>
      <dl className={classes.groups}>
        {scopesByGroup(scopes).map(({ about, words }) => (
          <div key={about}>
            <dt>{about}</dt>
            <dd>{words}</dd>
          </div>
        ))}
        {limits.length > 0 ? (
          <div>
            <dt>Limits</dt>
            <dd>
              {limits.map((limit) => (
                <div key={limit}>{limit}</div>
              ))}
            </dd>
          </div>
        ) : null}
      </dl>
      <div className={classes.codes}>
        {scopes.map((scope) => (
          <Code key={scope}>{scope}</Code>
        ))}
      </div>
    </details>
  );
}
