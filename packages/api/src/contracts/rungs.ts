/** How far a message came, each on its own evidence (MSG-39). */
export const rungs = ["accepted", "sent", "injected", "seen", "answered"] as const;
export type Rung = (typeof rungs)[number];

/** What becomes of a message for one recipient (MSG-41). */
export const deliveryStates = ["waiting", "held", "delivered", "undeliverable"] as const;

/** Characters of a body that one answer gives; `offset` of `messages.get` gives the rest (MCP-30). */
export const longestBody = 16_000;
