import type { Metadata } from "next";
import { UnknownThing } from "../components/parts/UnknownThing.tsx";

export const metadata: Metadata = { title: "Not found" };

/** Any address that no page has (CON-12). */
export default function NoPage() {
  return <UnknownThing what="page" list="/" listName="Overview" />;
}
