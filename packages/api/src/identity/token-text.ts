import { createHash, randomInt, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const form = /^sbx_(tok_[a-z0-9]{26})_([A-Za-z0-9]{40,})([A-Za-z0-9]{6})$/;

/** 43 characters of `A-Za-z0-9` from a cryptographic source: more than 250 bits. */
export function newSecret(): string {
  return Array.from({ length: 43 }, () => base62[randomInt(base62.length)]).join("");
}

/** CRC-32 of the text in base 62, six characters, left-padded with `0` (IDN-03). */
export function checksum(text: string): string {
  let rest = crc32(text) >>> 0;
  let digits = "";
  for (; rest > 0; rest = Math.floor(rest / 62)) digits = base62[rest % 62] + digits;
  return digits.padStart(6, "0");
}

/** The text of a new token; shown once, never stored. */
export function tokenText(tokenId: string): string {
  const start = `sbx_${tokenId}_${newSecret()}`;
  return start + checksum(start);
}

/** The token's id, or null for a wrong form or checksum: refused without asking the database (IDN-04). */
export function readTokenText(text: string): { tokenId: string } | null {
  const match = form.exec(text);
  if (!match || checksum(text.slice(0, -6)) !== match[3]) return null;
  return { tokenId: match[1] as string };
}

/** What is stored in place of a secret (IDN-05). */
export function hashSecret(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Compares two hashes in constant time. */
export function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
