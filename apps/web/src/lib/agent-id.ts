/** Whether an actor's name has the form of an agent's id: provider, dash, six of a-z2-9. */
export const isAgentId = (name: string): boolean => /^(claude|codex|shell)-[a-z2-9]{6}$/.test(name);
