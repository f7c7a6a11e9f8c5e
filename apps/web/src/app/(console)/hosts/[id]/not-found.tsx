import { UnknownThing } from "../../../../components/parts/UnknownThing.tsx";

export default function NoHost() {
  return <UnknownThing what="host" list="/hosts" listName="All hosts" />;
}
