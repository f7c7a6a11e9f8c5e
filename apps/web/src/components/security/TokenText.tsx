import type { CreatedToken } from "../../lib/types.ts";
import { AgentLink } from "../parts/Links.tsx";
import { ShownOnce } from "../parts/ShownOnce.tsx";

/** The text of a new token, this once. */
export function TokenText({ created: { token, text }, onDone }: { created: CreatedToken; onDone: () => void }) {
  const [agent] = token.profile === "interactive" ? (token.constraints.agents ?? []) : [];
  const about = (
    <>
      This is the text of <b>{token.name}</b>. It cannot be shown again: when this dialog is closed, it is gone from
      here, and the relay keeps only its hash.
      {agent ? (
        <>
          {" "}
          The token speaks as agent <AgentLink id={agent} />.
        </>
      ) : null}
    </>
  );
  return <ShownOnce about={about} label="Token" text={text} onDone={onDone} />;
}
