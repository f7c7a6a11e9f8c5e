import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../apps/orchestrator/src/link/connection.ts";
import { tmux } from "../apps/orchestrator/src/tmux/tmux.ts";
import { ended } from "../tests/support/agents.ts";
import { HOST, startSignalbox } from "../tests/support/signalbox.ts";
import type { BenchCase } from "./harness.ts";
import { openBare } from "./lib/bare.ts";
import { startFloor } from "./lib/floor.ts";
import { quiet } from "./lib/relay.ts";
import { latency, type Samples, sampleInTurn } from "./lib/samples.ts";
import { filesIn } from "./lib/watched.ts";

/** Its first output is a line on the terminal, and the evidence of it a file: seen by the kernel's watch, without polling. */
const script = (file: string) => `echo started; : > '${file}'\n`;

/** Runs a script as a child, as a runner does, with nothing around it. */
const bareRunner = 'require("node:child_process").spawn("bash", [process.argv[1]], { stdio: "inherit" })';

const wanted = { provider: "shell", orchestratorId: HOST, workspaceMode: "shared" } as const;

/** How long an agent takes from the wish to its first output, and how long the caller waits for the acceptance. [SPN-05] */
const spawn: BenchCase = {
  name: "spawn",
  async run({ quick }) {
    await using box = await startSignalbox({ env: quiet });
    const { dir, env, baseDir: cwd } = box.machine;
    await using floor = await startFloor("trpc", { FLOOR_DATABASE: join(dir, "floor.db") });
    const bare = await openBare(floor.url);
    const out = join(dir, "out");
    mkdirSync(out);
    const files = filesIn(out);
    const caller = connect(new URL(box.relay.url), box.adminToken);
    const server = { socket: join(dir, "floor.sock"), env };
    // A server that is there already, as the host's is while it has an agent.
    await tmux(server, ["new-session", "-d", "-s", "keeper", "sleep 3600"]);
    await caller.relay.agents.spawn.mutate({ ...wanted, cwd, prompt: "sleep 3600" });

    async function inTmux(name: string, ...program: string[]): Promise<number> {
      const file = join(dir, `${name}.sh`);
      writeFileSync(file, script(join(out, name)));
      const from = performance.now();
      await tmux(server, ["new-session", "-d", "-x", "120", "-y", "32", "-s", name, ...program, file]);
      return (await files.of(name)) - from;
    }

    const accepted: Samples = [];
    const plan = quick ? { times: 3, warmUp: 1 } : { times: 50, warmUp: 5 };
    const values = await sampleInTurn(plan, {
      async output(n) {
        const prompt = script(join(out, `agent-${n}`));
        const from = performance.now();
        const { agentId } = await caller.relay.agents.spawn.mutate({ ...wanted, cwd, prompt });
        const answered = performance.now();
        accepted.push(answered - from);
        const at = await files.of(`agent-${n}`);
        await ended(box, agentId);
        return at - answered;
      },
      script: (n) => inTmux(`script-${n}`, "bash"),
      runner: (n) => inTmux(`runner-${n}`, process.execPath, "-e", bareRunner),
      store: () => bare.answer("store"),
    });
    await tmux(server, ["kill-server"]);
    files.close();
    bare.close();
    caller.drop();
    const oneCommit = { name: "bare tRPC call with 1 commit", values: values.store };
    return [
      ...latency("agents.spawn accepted", accepted.slice(plan.warmUp), oneCommit),
      ...latency("accepted → first output", values.output, { name: "tmux + script", values: values.script }),
      ...latency("the same", values.output, { name: "tmux + bare node + script", values: values.runner }),
    ];
  },
};

export default spawn;
