import { VisuallyHidden } from "@mantine/core";
import { targetName } from "../../lib/message-words.ts";
import type { Message } from "../../lib/types.ts";
import { ActivityLink, AgentLink } from "../parts/Links.tsx";
import classes from "./Parties.module.css";

/** Who wrote a message to whom; an agent leads to its page, a person to what they did (CON-11). */
export function Parties({ message }: { message: Pick<Message, "from" | "to" | "receipt"> }) {
  const { from, to, receipt } = message;
  const toAgent = receipt.recipients.some(({ agentId }) => agentId === to);
  return (
    <span className={classes.parties}>
      <From from={from} />
      <span className={classes.arrow}>
        <span aria-hidden="true">→</span>
        <VisuallyHidden>to</VisuallyHidden>
      </span>
      {toAgent ? <AgentLink id={to} name={targetName(message)} /> : <span>{targetName(message)}</span>}
    </span>
  );
}

function From({ from: { id, kind, name } }: Pick<Message, "from">) {
  if (id) return <AgentLink id={id} name={name} />;
  return kind === "person" ? <ActivityLink by="actor" name={name} /> : <span>{name}</span>;
}
