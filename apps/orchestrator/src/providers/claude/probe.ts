import type { ApprovalMode, ModelOffer, ProviderOffer } from "@signalbox/api/contracts";
import { exec } from "../../exec.ts";
import type { Surroundings } from "../adapter.ts";
import { notFound } from "../not-found.ts";

/** The program's own names of the approval modes (HST-55). */
export const permissionModes = {
  plan: "plan",
  guarded: "default",
  "auto-edit": "acceptEdits",
  open: "bypassPermissions",
} as const satisfies Record<ApprovalMode, string>;

/** The oldest version that was tried and does all that the adapter needs (HST-09). */
const oldest = [2, 1, 250] as const;

const efforts = ["low", "medium", "high", "xhigh", "max"];

const entry = (alias: string, byDefault = false): ModelOffer => ({ alias, model: alias, efforts, default: byDefault });

/** The program's own aliases, which follow its newest models; "default" is what the person's plan gives. */
const aliases = [entry("default", true), entry("fable"), entry("opus"), entry("sonnet"), entry("haiku")];

function isTooOld(version: string): boolean {
  const parts = version.split(".").map(Number);
  const at = oldest.findIndex((part, i) => part !== parts[i]);
  return at >= 0 && !((parts[at] ?? 0) > (oldest[at] as number));
}

const unavailable = (reason: string, version: string | null): ProviderOffer => ({
  provider: "claude",
  available: false,
  reason: reason.slice(0, 500),
  version,
  approvalModes: [],
});

/** What this host can offer of Claude Code; asks the program itself, and never a model. */
export async function probe({ env, settings }: Surroundings): Promise<ProviderOffer> {
  const { command: [program = "claude", ...first] = ["claude"], models } = settings;
  const ask = (...args: string[]) => exec(program, [...first, ...args], { env });
  const asked = await ask("--version");
  const { code, stdout, stderr } = asked;
  const version = /^(\d+\.\d+\.\d+)\S*/m.exec(stdout)?.[0] ?? null;
  if (code !== 0 || !version) {
    const said = stderr.trim() || stdout.trim() || `code ${code}`;
    return unavailable(notFound(program, asked) ?? `${program} did not say its version: ${said}`, null);
  }
  if (isTooOld(version))
    return unavailable(`${program} is ${version}; update it to ${oldest.join(".")} or later`, version);
  const refusal = await refusalOf(ask, permissionModes.open);
  const modes = Object.keys(permissionModes) as ApprovalMode[];
  return {
    provider: "claude",
    available: true,
    reason: null,
    version,
    approvalModes: refusal ? modes.filter((mode) => mode !== "open") : modes,
    unavailableModes: refusal ? [{ mode: "open", reason: refusal }] : [],
    models: models ? models.map((name, i) => entry(name, i === 0)) : aliases,
  };
}

/** Why the program will not start in this mode, or null. Without a prompt it ends before it asks a model anything. */
async function refusalOf(ask: (...args: string[]) => ReturnType<typeof exec>, mode: string): Promise<string | null> {
  const { code, stderr, stdout } = await ask("--permission-mode", mode, "--print");
  const said = `${stderr}\n${stdout}`.trim();
  return code !== 0 && /cannot be used|not allowed|is disabled/i.test(said) ? said.slice(0, 500) : null;
}
