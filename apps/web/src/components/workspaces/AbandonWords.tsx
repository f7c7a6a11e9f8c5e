"use client";

import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { leftInWords } from "../../lib/kept-words.ts";
import type { Workspace } from "../../lib/types.ts";
import { useTRPC } from "../../trpc/context.ts";

/** What is not landed of a workspace that is to be given up, and until when it can be restored (CON-61). */
export function AbandonWords({ workspace }: { workspace: Workspace }) {
  const settings = useQuery(useTRPC().settings.get.queryOptions({})).data?.items;
  const days = (key: string) => settings?.find((item) => item.key === key)?.value;
  const [first, then] = [days("workspaces.abandonedDays"), days("workspaces.keptDays")];
  const left = leftInWords(workspace);
  return (
    <Text size="sm">
      {left ? `${left} are not landed, and are kept. ` : "Nothing in it is waiting to land. "}
      {first !== undefined && then !== undefined
        ? `The worktree goes after ${first} days; the work can be restored for ${then} days after that.`
        : "It can be restored until its kept work is removed."}
    </Text>
  );
}
