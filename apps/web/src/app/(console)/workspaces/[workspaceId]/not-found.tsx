import { UnknownThing } from "../../../../components/UnknownThing.tsx";

export default function NoWorkspace() {
  return <UnknownThing what="workspace" list="/workspaces?state=all" listName="All workspaces" />;
}
