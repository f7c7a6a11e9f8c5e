/** How far a message came, each on its own evidence (MSG-39). */
export const rungs = ["accepted", "sent", "injected", "seen", "answered"] as const;
export type Rung = (typeof rungs)[number];

/** Characters of a body that one answer gives; `offset` of `messages.get` gives the rest (MCP-30). */
export const longestBody = 16_000;
