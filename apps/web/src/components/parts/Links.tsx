import Link from "next/link";
import { isAgentId } from "../../lib/agent-id.ts";
import { agentHref, workspaceHref } from "../../lib/attention.ts";
import { hostHref } from "../../lib/host-words.ts";
import classes from "./Links.module.css";

/** An agent's name as a link. In lists it takes part in moving with j and k. */
export function AgentLink({ id, name = id, row }: { id: string; name?: string; row?: boolean }) {
  return (
    <Link
      href={agentHref(id)}
      className={classes.link}
      data-row={row || undefined}
      data-mono={name === id || undefined}
    >
      {name}
    </Link>
  );
}

export function WorkspaceLink({ id, name = id, row }: { id: string; name?: string; row?: boolean }) {
  return (
    <Link href={workspaceHref(id)} className={classes.link} data-mono data-row={row || undefined}>
      {name}
    </Link>
  );
}

export function HostLink({ id, row }: { id: string; row?: boolean }) {
  return (
    <Link href={hostHref(id)} className={classes.link} data-row={row || undefined} prefetch={false}>
      {id}
    </Link>
  );
}

const profileHref = (name: string): string => `/profiles/${encodeURIComponent(name)}`;

/** An agent profile's name as a link (CON-11); not fetched ahead: in a list of a hundred rows that would cost more than it saves. */
export function ProfileLink({ name, row }: { name: string; row?: boolean }) {
  return (
    <Link href={profileHref(name)} className={classes.link} data-row={row || undefined} prefetch={false}>
      {name}
    </Link>
  );
}

/** A repository's settings, by host and path (CON-11). */
export function RepositoryLink({ id, name, row }: { id: string; name: string; row?: boolean }) {
  const href = `/repositories?repository=${encodeURIComponent(id)}`;
  return (
    <Link href={href} className={classes.link} data-row={row || undefined} prefetch={false}>
      {name}
    </Link>
  );
}

/** A person or policy, leading to what was done by them or on their behalf. */
export function ActivityLink({ by, name }: { by: "actor" | "root"; name: string }) {
  return (
    <Link href={`/activity?${by}=${encodeURIComponent(name)}`} className={classes.link} prefetch={false}>
      {name}
    </Link>
  );
}

/** Whoever did something: an agent leads to its page, anybody else to what they did. */
export const ActorLink = ({ name }: { name: string }) =>
  isAgentId(name) ? <AgentLink id={name} /> : <ActivityLink by="actor" name={name} />;
