import type { Provider, ProviderOffer } from "@signalbox/api/contracts";
import type { ProviderSettings } from "../config.ts";
import type { ProviderAdapter, Surroundings } from "./adapter.ts";
import { claude } from "./claude.ts";
import { codex } from "./codex.ts";
import { shell } from "./shell.ts";

type Settings = Partial<Record<Provider, ProviderSettings>>;

/** The programs that this version can run. */
const adapters: Record<Provider, ProviderAdapter> = { claude, codex, shell };

export const adapterOf = (provider: string | undefined): ProviderAdapter | undefined =>
  Object.values(adapters).find((adapter) => adapter.provider === provider);

/** What a host has for all of its adapters. */
export interface HostSurroundings {
  env: Record<string, string>;
  providers: Settings;
  rigsDir: string;
}

export const surroundingsOf = (provider: Provider, { env, providers, rigsDir }: HostSurroundings): Surroundings => ({
  env: { ...env, ...providers[provider]?.env },
  settings: providers[provider] ?? {},
  rigsDir,
});

/** Asks every adapter what it can offer here; one that the host's owner disabled is offered with that reason (HST-09). */
export function probeAll(host: HostSurroundings): Promise<ProviderOffer[]> {
  return Promise.all(
    Object.values(adapters).map(async (adapter) => {
      const { provider } = adapter;
      if (host.providers[provider]?.enabled !== false) return adapter.probe(surroundingsOf(provider, host));
      return { provider, available: false, reason: "disabled in orchestrator.json", version: null, approvalModes: [] };
    }),
  );
}
