import { UnknownThing } from "../../../../components/parts/UnknownThing.tsx";

export default function NoMessage() {
  return <UnknownThing what="message" list="/messages" listName="All messages" />;
}
