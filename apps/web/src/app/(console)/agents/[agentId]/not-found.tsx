import { UnknownThing } from "../../../../components/parts/UnknownThing.tsx";

export default function NoAgent() {
  return <UnknownThing what="agent" list="/agents?state=all" listName="All agents" />;
}
