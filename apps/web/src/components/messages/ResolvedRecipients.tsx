import { Text } from "@mantine/core";
import type { Recipients } from "../../lib/types.ts";
import { agentSignal, count, hasEnded } from "../../lib/words.ts";
import { State } from "../parts/Lamp.tsx";
import classes from "./ResolvedRecipients.module.css";

/** Names shown before the rest is counted. */
const named = 12;

/** Who would get a message if it were sent now, and how many they are (CON-45). */
export function ResolvedRecipients({ recipients }: Pick<Recipients, "recipients">) {
  if (recipients.length === 0) {
    return (
      <Text size="sm" c="var(--sb-amber)" mt={6}>
        No running agent matches: nobody would get it.
      </Text>
    );
  }
  const ended = recipients.filter(({ status }) => hasEnded(status)).length;
  return (
    <div className={classes.found}>
      <Text size="sm" fw={500}>
        Goes to {count(recipients.length, "agent")}
      </Text>
      <ul className={classes.list} aria-label="Recipients">
        {recipients.slice(0, named).map(({ id, label, status }) => (
          <li key={id} className={classes.one}>
            <span>{label ?? id}</span>
            {label ? <code className={classes.id}>{id}</code> : null}
            <State signal={agentSignal({ status, statusReason: null })} />
          </li>
        ))}
        {recipients.length > named ? <li className={classes.one}>and {recipients.length - named} more</li> : null}
      </ul>
      {ended > 0 ? (
        <Text size="sm" c="var(--sb-amber)" mt={4}>
          It has ended: the message would count as not delivered at once.
        </Text>
      ) : null}
    </div>
  );
}
