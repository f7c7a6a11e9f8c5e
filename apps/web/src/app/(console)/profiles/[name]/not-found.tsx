import { UnknownThing } from "../../../../components/parts/UnknownThing.tsx";

export default function NoProfile() {
  return <UnknownThing what="profile" list="/profiles" listName="All profiles" />;
}
