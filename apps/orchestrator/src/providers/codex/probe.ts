import type { ApprovalMode, ProviderOffer } from "@signalbox/api/contracts";
import { z } from "zod";
import { exec, type Ran } from "../../exec.ts";
import type { Surroundings } from "../adapter.ts";
import { notFound } from "../not-found.ts";
import { setting } from "./toml.ts";

/** The first version that was driven with all that the adapter uses: hooks trusted by argument, `--no-daemon`, no `untrusted` policy. */
const minimum = "0.169.0";

const sandboxed: ApprovalMode[] = ["plan", "guarded", "auto-edit"];
const longestReason = 500;

const Catalogue = z.object({
  models: z.array(
    z.object({
      slug: z.string().min(1).max(120),
      visibility: z.string().optional(),
      priority: z.number().optional(),
      supported_reasoning_levels: z.array(z.object({ effort: z.string().min(1).max(40) })).default([]),
      upgrade: z.object({ model: z.string() }).nullish(),
    }),
  ),
});
type Catalogue = z.infer<typeof Catalogue>["models"];

/** Program and first arguments, as configured. */
export const programOf = ({ settings }: Surroundings): [string, ...string[]] =>
  (settings.command as [string, ...string[]] | undefined) ?? ["codex"];

function run(surroundings: Surroundings, args: string[]): Promise<Ran> {
  const [file, ...first] = programOf(surroundings);
  return exec(file, [...first, ...args], { env: surroundings.env });
}

/** Models of the catalogue inside the program, without asking any server; none when it cannot say. */
export async function catalogue(surroundings: Surroundings): Promise<Catalogue> {
  const { code, stdout } = await run(surroundings, ["debug", "models", "--bundled"]);
  if (code !== 0 || !stdout.startsWith("{")) return [];
  try {
    return Catalogue.parse(JSON.parse(stdout)).models;
  } catch {
    return [];
  }
}

/** What is offered of the catalogue: the models that the host's owner named, or those that the program itself lists. */
function offered(known: Catalogue, named: string[] | undefined): ProviderOffer["models"] {
  const listed = known.filter(({ visibility = "list" }) => visibility === "list");
  const slugs = named ?? listed.sort((a, b) => (a.priority ?? 0) - (b.priority ?? 0)).map(({ slug }) => slug);
  return slugs.slice(0, 100).map((slug, i) => {
    const levels = known.find((one) => one.slug === slug)?.supported_reasoning_levels ?? [];
    return { alias: slug, model: slug, efforts: levels.map(({ effort }) => effort), default: i === 0 };
  });
}

const older = (version: string, than: string): boolean =>
  version.localeCompare(than, "en", { numeric: true, sensitivity: "base" }) < 0;

const lastLine = ({ stderr, stdout }: Ran): string => (stderr.trim() || stdout.trim()).split("\n").at(-1) ?? "";

/** What this host can offer (HST-09): the sandbox is really tried, as the modes that need it do not run without it. */
export async function probe(surroundings: Surroundings): Promise<ProviderOffer> {
  const none = { provider: "codex", available: false, version: null, approvalModes: [] } as const;
  const asked = await run(surroundings, ["--version"]);
  const version = /^codex-cli (\d+\.\d+\.\d+\S*)/m.exec(asked.stdout)?.[1] ?? null;
  if (!version) {
    const [program, ...first] = programOf(surroundings);
    const said = lastLine(asked) || "no version";
    const reason = notFound(program, asked) ?? `${[program, ...first].join(" ")} did not answer as codex: ${said}`;
    return { ...none, approvalModes: [], reason: reason.slice(0, longestReason) };
  }
  if (older(version, minimum)) {
    return { ...none, approvalModes: [], version, reason: `version ${version} is older than ${minimum}; update codex` };
  }
  const [sandbox, known] = await Promise.all([
    run(surroundings, ["sandbox", ...setting("sandbox_mode", "workspace-write"), "--", "true"]),
    catalogue(surroundings),
  ]);
  const reason = `its sandbox does not run here: ${lastLine(sandbox)}`.slice(0, longestReason);
  return {
    provider: "codex",
    available: true,
    reason: null,
    version: version.slice(0, 120),
    approvalModes: sandbox.code === 0 ? [...sandboxed, "open"] : ["open"],
    ...(sandbox.code === 0 ? {} : { unavailableModes: sandboxed.map((mode) => ({ mode, reason })) }),
    models: offered(known, surroundings.settings.models),
  };
}
