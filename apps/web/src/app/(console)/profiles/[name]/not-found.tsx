import { UnknownThing } from "../../../../components/UnknownThing.tsx";

export default function NoProfile() {
  return <UnknownThing what="profile" list="/profiles" listName="All profiles" />;
}
