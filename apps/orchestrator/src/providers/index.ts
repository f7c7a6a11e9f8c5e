import type { Provider, ProviderOffer } from "@signalbox/api/contracts";
import type { ProviderSettings } from "../config.ts";
import type { ProviderAdapter, Surroundings } from "./adapter.ts";
import { shell } from "./shell.ts";

type Settings = Partial<Record<Provider, ProviderSettings>>;

/** The programs that this version can run. */
export const adapters: Partial<Record<Provider, ProviderAdapter>> = { shell };

export const surroundingsOf = (provider: Provider, env: Record<string, string>, settings: Settings): Surroundings => ({
  env,
  settings: settings[provider] ?? {},
});

/** Asks every adapter what it can offer here; one that the host's owner disabled is offered with that reason (HST-09). */
export function probeAll(env: Record<string, string>, settings: Settings): Promise<ProviderOffer[]> {
  return Promise.all(
    Object.values(adapters).map(async (adapter) => {
      const { provider } = adapter;
      if (settings[provider]?.enabled !== false) return adapter.probe(surroundingsOf(provider, env, settings));
      return { provider, available: false, reason: "disabled in orchestrator.json", version: null, approvalModes: [] };
    }),
  );
}
