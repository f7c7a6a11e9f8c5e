import { join } from "node:path";
import { exec } from "../exec.ts";
import { CommandFailure } from "../failure.ts";
import { signalAll } from "../sessions/processes.ts";
import type { ProviderAdapter } from "./adapter.ts";
import { notFound } from "./not-found.ts";

const script = "prompt.sh";

/** Runs the prompt as a bash script, as it is (HST-55): scripted work that needs no account. */
export const shell: ProviderAdapter = {
  provider: "shell",
  async probe({ env, settings }) {
    const [program = "bash"] = settings.command ?? [];
    const asked = await exec(program, ["-c", "echo $BASH_VERSION"], { env });
    const { code, stdout, stderr } = asked;
    const version = stdout.trim();
    const available = code === 0 && version !== "";
    return {
      provider: "shell",
      available,
      reason: available
        ? null
        : (notFound(program, asked) ?? `${program} did not answer as bash: ${stderr.trim() || "no version"}`).slice(
            0,
            500,
          ),
      version: available ? version : null,
      approvalModes: available ? ["open"] : [],
    };
  },
  plan({ prompt, approvalMode }, { sessionDir }, { settings }) {
    if (!prompt)
      throw new CommandFailure("provider_missing", "The shell provider needs a prompt: it is the script to run");
    if (approvalMode !== "open") {
      throw new CommandFailure(
        "provider_missing",
        `The shell provider has no approval mode ${approvalMode}, only open`,
      );
    }
    const command = [...(settings.command ?? ["bash"]), join(sessionDir, script)];
    return { command, files: [{ name: script, text: prompt.endsWith("\n") ? prompt : `${prompt}\n` }] };
  },
  async interrupt({ pid }) {
    // The runner leads the group and takes no notice itself.
    signalAll([-pid], "SIGINT");
  },
};
