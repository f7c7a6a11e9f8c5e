/** What a request brought: the first present decides alone (IDN-02). */
export type Credential = { type: "bearer"; text: string } | { type: "session"; secret: string };

/** A token as it is stored, as far as a call needs it. */
export interface StoredToken {
  id: string;
  name: string;
  profile: string;
  scopes: string;
  constraints: string;
  hash: string;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

interface Cached {
  token: StoredToken;
  at: number;
}

/** Verified tokens, at most 1000 and none older than 5 s (IDN-08). */
export interface TokenCache {
  get(key: string, now: number): StoredToken | null;
  put(key: string, token: StoredToken, now: number): void;
  /** Forgets a revoked token at once. */
  forget(tokenId: string): void;
}

export function tokenCache(maxAgeMs = 5_000, size = 1_000): TokenCache {
  const entries = new Map<string, Cached>();
  return {
    get(key, now) {
      const entry = entries.get(key);
      return entry && now - entry.at < maxAgeMs && now >= entry.at ? entry.token : null;
    },
    put(key, token, now) {
      entries.delete(key);
      entries.set(key, { token, at: now });
      const oldest = entries.keys().next().value;
      if (entries.size > size && oldest !== undefined) entries.delete(oldest);
    },
    forget(tokenId) {
      for (const [key, entry] of entries) if (entry.token.id === tokenId) entries.delete(key);
    },
  };
}
