import type { AnyTRPCRouter } from "@trpc/server";
import type { Meta } from "./trpc.ts";

/** Throws, naming it, when a procedure declares neither scopes nor that it is open: no relay starts with one (IDN-15). */
export function requireScopes(router: AnyTRPCRouter): void {
  const procedures = router._def.procedures as Record<string, { _def: { meta?: Meta } }>;
  for (const [path, { _def }] of Object.entries(procedures)) {
    if (!_def.meta?.open && !_def.meta?.scopes?.length) throw new Error(`${path} declares no scope`);
  }
}
