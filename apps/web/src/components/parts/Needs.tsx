"use client";

import { Code } from "@mantine/core";
import type { Scope } from "@signalbox/api/contracts";
import type { ReactNode } from "react";
import { useRefusal } from "../../lib/use-session.ts";
import { Empty } from "./Empty.tsx";
import { Panel } from "./Panel.tsx";

/** What only some sessions may see; others are told which scope is missing, and nothing is asked of the relay (CON-07). */
export function Needs({ scope, what, children }: { scope: Scope; what: string; children: ReactNode }) {
  if (!useRefusal(scope)) return children;
  return (
    <Panel>
      <Empty title={`You may not see ${what}`}>
        It needs the scope <Code>{scope}</Code>, which your session does not have. An administrator can give you a token
        that has it.
      </Empty>
    </Panel>
  );
}
