import { z } from "zod";

const names = z.array(z.string().min(1).max(500)).max(100);

const keys = [
  "agents",
  "orchestrators",
  "cwd",
  "cwdPrefixes",
  "policies",
  "spawnRequestIds",
  "targets",
  "channels",
  "spawnedBy",
  "parentAgents",
  "maxSpawnedAgents",
  "terminalAttach",
  "logsRead",
  "canDelegate",
  "expiresAt",
];

/** What limits a token beyond its scopes (IDN-18). An absent list does not restrict; an empty one allows nothing. */
export const Constraints = z.strictObject(
  {
    agents: names.optional().describe("Exactly one: the caller is that agent"),
    orchestrators: names.optional().describe("Hosts on which it may act"),
    cwd: z.string().max(500).optional().describe("May act only in this directory and below"),
    cwdPrefixes: names.optional().describe("May act only in one of these directories and below"),
    policies: names.optional(),
    spawnRequestIds: names.optional(),
    targets: names.optional(),
    channels: names.optional(),
    spawnedBy: z.string().max(500).optional().describe("The agent's parent"),
    parentAgents: names.optional(),
    maxSpawnedAgents: z.number().int().min(0).optional().describe("Quota of live children"),
    terminalAttach: z.boolean().optional().describe("false: terminals are view-only"),
    logsRead: z.boolean().optional().describe("false: no logs"),
    canDelegate: z.boolean().optional().describe("Accepted for old tokens, without effect"),
    expiresAt: z.iso.datetime().optional().describe("End of the token's life, UTC"),
  },
  {
    error: (issue) => (issue.code === "unrecognized_keys" ? `the known constraints are ${keys.join(", ")}` : undefined),
  },
);
export type Constraints = z.infer<typeof Constraints>;
