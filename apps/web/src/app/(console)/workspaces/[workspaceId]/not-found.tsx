import { UnknownThing } from "../../../../components/parts/UnknownThing.tsx";

export default function NoWorkspace() {
  return <UnknownThing what="workspace" list="/workspaces?state=all" listName="All workspaces" />;
}
