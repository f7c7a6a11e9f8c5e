import { type ApprovalMode, type Provider, type ProviderOffer, providerTakes } from "../contracts/index.ts";

const openness: readonly ApprovalMode[] = ["plan", "guarded", "auto-edit", "open"];
const openerThan = (mode: ApprovalMode, limit: ApprovalMode) => openness.indexOf(mode) > openness.indexOf(limit);

type Approval = { mode: ApprovalMode } | { refused: string; code: "Invalid" | "Forbidden" };

/**
 * The mode in force: the given one, else the profile's, else guarded, else the provider's only one (SPN-26, SPN-27).
 * What an agent starts has none more open than its own: a given one is refused, another is lowered (SPN-28).
 */
export function approvalFor(
  { given, profile, asker }: { given?: ApprovalMode; profile?: ApprovalMode; asker?: ApprovalMode },
  { provider, approvalModes: offers, unavailableModes = [] }: ProviderOffer,
): Approval {
  const invalid = (mode: ApprovalMode): Approval => {
    const why = unavailableModes.find((one) => one.mode === mode)?.reason;
    const list = offers.join(", ") || "none";
    return {
      refused: `approvalMode ${mode} is not offered for ${provider} there${why ? ` (${why})` : ""}; it offers ${list}`,
      code: "Invalid",
    };
  };
  if (given && !offers.includes(given)) return invalid(given);
  const mode = given ?? profile ?? (offers.includes("guarded") ? "guarded" : offers[0]);
  if (!mode) return { refused: `${provider} offers no approval mode there`, code: "Invalid" };
  if (!asker || !openerThan(mode, asker)) return offers.includes(mode) ? { mode } : invalid(mode);
  if (given) return { refused: `approvalMode ${given} is more open than your own, ${asker}`, code: "Forbidden" };
  const lowered = openness.filter((one) => offers.includes(one) && !openerThan(one, asker)).at(-1);
  if (lowered) return { mode: lowered };
  return { refused: `${provider} has no mode as closed as your own, ${asker}`, code: "Forbidden" };
}

interface Asked {
  model?: string;
  effort?: string;
}

/** The model fields of a command: only those that have a value (SPN-24). */
export interface Model extends Asked {
  modelAlias?: string;
}

/** What the catalogue makes of a model and an effort, or why it refuses them (SPN-22 to SPN-24). */
export function modelFor(
  { model, effort }: Asked,
  { provider, models: catalogue = [] }: ProviderOffer,
): Model | { refused: string; field: "model" | "effort" } {
  if (model === undefined && effort === undefined) return {};
  const entry = model
    ? catalogue.find((one) => one.alias === model || one.model === model)
    : (catalogue.find((one) => one.default) ?? catalogue[0]);
  if (!catalogue.length) {
    const field = model === undefined ? "effort" : "model";
    return { refused: `${provider} takes no ${field} there: it has no catalogue`, field };
  }
  if (!entry) {
    const aliases = catalogue.map(({ alias }) => alias).join(", ");
    return { refused: `model ${model} is not known there; it has ${aliases}`, field: "model" };
  }
  if (effort !== undefined && !entry.efforts.includes(effort)) {
    const efforts = entry.efforts.join(", ") || "none";
    return { refused: `${entry.alias} has no effort ${effort}; it has ${efforts}`, field: "effort" };
  }
  return { modelAlias: entry.alias, model: entry.model, ...(effort === undefined ? {} : { effort }) };
}

/**
 * The same for a restart, which refuses nothing: what the catalogue of now knows is resolved, any other text goes as it
 * was given, and the note says so (SPN-25).
 */
export function modelAgain(asked: Asked, offer: ProviderOffer | undefined): { model: Model; notes: string[] } {
  if (asked.model === undefined && asked.effort === undefined) return { model: {}, notes: [] };
  const found = offer ? modelFor(asked, offer) : { refused: "its host does not offer the provider now" };
  if (!("refused" in found)) return { model: found, notes: [] };
  const model = Object.fromEntries(Object.entries(asked).filter(([, text]) => text !== undefined)) as Model;
  return { model, notes: [`Model and effort were sent as given: ${found.refused}`] };
}

/** The options that an argument may set: `--name=value`, and one dash with several letters or a value right after it. */
function flagsIn(arg: string): string[] {
  if (/^-[^-]/.test(arg)) return [...arg.slice(1)].map((letter) => `-${letter}`);
  return [arg.split("=", 1)[0] as string];
}

/** Why the provider cannot do what is asked on any host (SPN-04, HST-54), or null. */
export function providerRefusal(
  provider: Provider,
  asked: { systemPromptAppend?: string; rig?: string; providerArgs: string[]; permissions: boolean },
): { field: string; message: string } | null {
  const { systemPrompt, permissions, rig, reservedArgs } = providerTakes[provider];
  if (asked.systemPromptAppend && !systemPrompt) {
    return { field: "systemPromptAppend", message: `${provider} takes no system prompt` };
  }
  if (asked.rig && !rig) return { field: "rig", message: `${provider} takes no rig` };
  if (asked.permissions && !permissions) {
    return { field: "profile", message: `${provider} takes no permission lists, and this profile has some` };
  }
  if (!reservedArgs) {
    return asked.providerArgs.length ? { field: "providerArgs", message: `${provider} takes no arguments` } : null;
  }
  const flag = asked.providerArgs.flatMap(flagsIn).find((one) => Object.hasOwn(reservedArgs, one));
  return flag
    ? { field: "providerArgs", message: `providerArgs may not set ${flag}: use ${reservedArgs[flag]}` }
    : null;
}
