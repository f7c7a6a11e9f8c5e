import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { productVersion } from "@signalbox/api/contracts";
import { Command } from "commander";
import { type Config, type Flags, readConfig } from "./config.ts";
import { startDaemon } from "./daemon.ts";
import { diagnose, requirePrograms } from "./doctor.ts";
import { agentBase, readEnvironment } from "./env.ts";
import { BadInput, textOf } from "./failure.ts";
import { createLog } from "./log.ts";
import { logsOf } from "./paths.ts";

const name = "signalbox-orchestrator";
const stopWithinMs = 5_000;

function fail(error: unknown): never {
  process.stderr.write(`${name}: ${textOf(error)}\n`);
  process.exit(1);
}

async function start(flags: Flags): Promise<void> {
  const environment = readEnvironment(process.env);
  const config = readConfig(flags, environment, process.cwd());
  await requirePrograms(agentBase(environment.all));
  const log = createLog(config.logLevel, logsOf(config.home));
  const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  const daemon = await startDaemon({
    config,
    variables: environment.all,
    programs: { node: process.execPath, runner: beside("runner.mjs"), sbx: beside("sbx.mjs") },
    log,
    onRegistered: () => process.send?.({ type: "ready", id: config.id }),
    onRefused: (message) => fail(new BadInput(`the relay at ${config.relay.origin} refuses this host: ${message}`)),
  });
  log.info({ id: config.id, relay: config.relay.origin, baseDir: config.baseDir }, "orchestrator started");

  let stopping = false;
  const stop = (why: string) => {
    if (stopping) return;
    stopping = true;
    log.info(`stopping (${why}); sessions keep running`);
    setTimeout(() => process.exit(0), stopWithinMs).unref();
    void daemon.stop().finally(() => process.exit(0));
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("disconnect", () => stop("the starter has gone"));
}

async function doctor(flags: Flags): Promise<void> {
  const environment = readEnvironment(process.env);
  const config: Config = readConfig(flags, environment, process.cwd());
  const findings = await diagnose(config, agentBase(environment.all), tmpdir());
  for (const { what, ok, text } of findings) process.stdout.write(`${ok ? "ok  " : "FAIL"} ${what}: ${text}\n`);
  process.exitCode = findings.every(({ ok }) => ok) ? 0 : 1;
}

const program = new Command(name)
  .description("Runs agents on this host for a Signalbox relay.")
  .version(productVersion)
  .option("--relay <url>", "address of the relay (RELAY_URL; default http://127.0.0.1:4600)")
  .option("--token <token>", "token of profile orchestrator (RELAY_TOKEN)")
  .option("--id <id>", "name of this host (SIGNALBOX_HOST_ID; default the host name)")
  .option("--base-dir <dir>", "where agents may work (SIGNALBOX_BASE_DIR; default your home directory)")
  .option("--home <dir>", "where Signalbox keeps its files (SIGNALBOX_HOME; default ~/.signalbox)")
  .allowExcessArguments(false)
  .action((flags: Flags) => start(flags).catch(fail));
program
  .command("doctor")
  .description("Says what this host lacks")
  .action((_: unknown, command: Command) => doctor(command.optsWithGlobals<Flags>()).catch(fail));
await program.parseAsync();
