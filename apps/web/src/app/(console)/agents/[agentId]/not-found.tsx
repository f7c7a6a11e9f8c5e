import { UnknownThing } from "../../../../components/UnknownThing.tsx";

export default function NoAgent() {
  return <UnknownThing what="agent" list="/agents?state=all" listName="All agents" />;
}
