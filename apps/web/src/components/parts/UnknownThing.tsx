"use client";

import { Button, Code, EmptyState } from "@mantine/core";
import Link from "next/link";
import { usePathname } from "next/navigation";

interface Props {
  what: string;
  /** Where it would be, if it existed. */
  list: string;
  listName: string;
}

/** An address or id that does not exist: names it and leads to the list where it would be (CON-12). */
export function UnknownThing({ what, list, listName }: Props) {
  const pathname = usePathname();
  const name = what === "page" ? pathname : decodeURIComponent(pathname.split("/").at(-1) ?? "");
  return (
    <EmptyState py={72} title={`There is no such ${what}`} description={<Code>{name}</Code>}>
      <EmptyState.Actions>
        <Button component={Link} href={list} variant="default" size="sm">
          {listName}
        </Button>
      </EmptyState.Actions>
    </EmptyState>
  );
}
