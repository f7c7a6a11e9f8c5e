import { createHash } from "node:crypto";

const sealOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** JSON of an object with a seal over the rest of it: what a disk has changed is then not taken for what was written. */
export function sealed(value: object, space?: number): string {
  return JSON.stringify({ ...value, seal: sealOf(JSON.stringify(value)) }, null, space);
}

/** What was sealed, without the seal; null where it is not as it was written. Without a seal, from before there were any, it is taken as it is. */
export function unsealed(text: string): object | null {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found !== "object" || found === null || Array.isArray(found)) return null;
    const { seal, ...value } = found as Record<string, unknown>;
    return seal === undefined || seal === sealOf(JSON.stringify(value)) ? value : null;
  } catch {
    return null;
  }
}
