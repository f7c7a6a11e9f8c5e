/** What the environment says; an empty variable counts as unset. */
export interface Environment {
  relay: string | undefined;
  token: string | undefined;
  /** Set inside an agent's session. */
  agentId: string | undefined;
}

/** Reads the environment, once and only here. */
export function readEnvironment({ RELAY_URL, RELAY_TOKEN, SIGNALBOX_AGENT_ID }: NodeJS.ProcessEnv): Environment {
  return {
    relay: RELAY_URL || undefined,
    token: RELAY_TOKEN || undefined,
    agentId: SIGNALBOX_AGENT_ID || undefined,
  };
}
