import type { Context, Meta } from "@signalbox/api";
import { type AnyTRPCRouter, callTRPCProcedure } from "@trpc/server";
import type { z } from "zod";

/** One query or mutation as the surfaces besides tRPC see it. */
export interface Declared {
  /** `router.procedure`. */
  path: string;
  type: "query" | "mutation";
  meta: Meta;
  input: z.ZodType;
  output: z.ZodType;
}

/** What tRPC keeps of a procedure at run time. */
interface Definition {
  type: "query" | "mutation" | "subscription";
  meta?: Meta;
  inputs: z.ZodType[];
  output?: z.ZodType;
}

function read(path: string, { type, meta = {}, inputs, output }: Definition): Declared[] {
  if (!meta.mcp && !meta.rest) return [];
  if (type === "subscription") throw new Error(`${path} is a stream: it can be neither a tool nor a REST operation`);
  const [input] = inputs;
  if (!input || inputs.length > 1)
    throw new Error(`${path} declares ${inputs.length} inputs; a tool or REST operation has one`);
  if (!output) throw new Error(`${path} declares no output, which a tool or REST operation has`);
  return [{ path, type, meta, input, output }];
}

/** The procedures of a router that have a tool or a REST form; throws on one that cannot have it. */
export function declared(router: AnyTRPCRouter): Declared[] {
  const procedures = router._def.procedures as Record<string, { _def: Definition }>;
  return Object.entries(procedures).flatMap(([path, procedure]) => read(path, procedure._def));
}

/** Calls a procedure with plain JSON input, as its own guard and schemas allow; throws TRPCError. */
export function run(
  router: AnyTRPCRouter,
  { path, type }: Declared,
  ctx: Context,
  input: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  return callTRPCProcedure({ router, path, type, ctx, getRawInput: async () => input, signal, batchIndex: 0 });
}
