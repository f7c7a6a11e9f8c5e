import type { Subject } from "../../lib/activity.ts";
import { AgentLink, HostLink, ProfileLink, WorkspaceLink } from "../parts/Links.tsx";

/** The thing that a record is about, as a link to its page (CON-11). */
export function SubjectLink({ subject: { type, id } }: { subject: Subject }) {
  switch (type) {
    case "agent":
      return <AgentLink id={id} />;
    case "workspace":
      return <WorkspaceLink id={id} name={id.slice(-8)} />;
    case "host":
      return <HostLink id={id} />;
    case "profile":
      return <ProfileLink name={id} />;
  }
}
