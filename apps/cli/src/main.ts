import { Command, Option } from "commander";
import { version } from "../package.json";
import { readEnvironment } from "./env.ts";
import { mcp } from "./mcp.ts";
import { BadInput, type Flags, readSettings } from "./settings.ts";

const name = "signalbox";

function fail(error: unknown): never {
  if (!(error instanceof BadInput)) throw error;
  process.stderr.write(`${name}: ${error.message}\n`);
  process.exit(1);
}

const program = new Command(name)
  .description("Programs for people and agents around a Signalbox relay.")
  .version(version)
  .showSuggestionAfterError(false);
program
  .command("mcp")
  .description("The relay's MCP server on standard input and output; in an agent's session it needs no option")
  .option("--relay <url>", "address of the relay (RELAY_URL)")
  .option("--token-file <file>", "file that holds a token with mcp:use (or its text in RELAY_TOKEN)")
  .addOption(new Option("--token [text]").hideHelp())
  .allowExcessArguments(false)
  .action(async (flags: Flags) => {
    const code = await Promise.resolve()
      .then(() => mcp(readSettings(flags, readEnvironment(process.env))))
      .catch(fail);
    process.exit(code);
  });
await program.parseAsync();
