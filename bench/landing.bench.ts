import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { connect } from "../apps/orchestrator/src/link/connection.ts";
import type { Repository } from "../tests/e2e/repository.ts";
import { spawnShell } from "../tests/support/agents.ts";
import { type Signalbox, startSignalbox } from "../tests/support/signalbox.ts";
import { until } from "../tests/support/until.ts";
import type { BenchCase } from "./harness.ts";
import { bigRepository, commitLine } from "./lib/big-repository.ts";
import { checkoutAt } from "./lib/checkout.ts";
import { quiet } from "./lib/relay.ts";
import { latency, percentile, plain, type Samples } from "./lib/samples.ts";
import { tipsOf } from "./lib/watched.ts";

const landScript = join(import.meta.dirname, "floors/land.sh");

/** An agent that stays, with a worktree of its own, and that worktree. */
async function startAgent(box: Signalbox, repository: Repository) {
  const agentId = await spawnShell(box, { cwd: repository.path, prompt: "sleep 3600" });
  const find = async () => {
    const { workspaces } = await box.admin.workspaces.list.query({ ownerAgentId: agentId, all: true });
    const agent = await box.admin.agents.get.query({ agentId });
    return agent.status === "busy" ? workspaces[0] : null;
  };
  const workspace = await until("the agent's workspace", find, { also: box.output });
  return { workspaceId: workspace.id, worktree: checkoutAt(workspace.worktreePath ?? "") };
}

const run = promisify(execFile);

/** One landing at a time, without checks, in a repository of 1,000 files whose base has moved meanwhile. [WSP-32, WSP-33] */
const landing: BenchCase = {
  name: "landing",
  async run({ quick }) {
    await using box = await startSignalbox({ env: quiet });
    const [ours, bare] = ["ours", "bare"].map((name) => bigRepository(box.machine.baseDir, name)) as [
      Repository,
      Repository,
    ];
    const { workspaceId, worktree } = await startAgent(box, ours);
    const [warm, change] = ["warm", "change"].map((name) => checkoutAt(join(box.machine.dir, name))) as [
      typeof worktree,
      typeof worktree,
    ];
    bare.git("worktree", "add", "-q", "--detach", warm.path, "main");
    bare.git("worktree", "add", "-q", "-b", "change", change.path, "main");
    const [ourTips, bareTips] = [tipsOf(ours.path, "main"), tipsOf(bare.path, "main")];
    const { relay, drop } = connect(new URL(box.relay.url), box.adminToken);

    const times: Record<"moved" | "whole" | "accepted" | "bareMoved" | "bareWhole", Samples> = {
      moved: [],
      whole: [],
      accepted: [],
      bareMoved: [],
      bareWhole: [],
    };
    const warmUp = quick ? 1 : 3;
    for (let n = 0; n < warmUp + (quick ? 3 : 40); n += 1) {
      const [others, own] = [`part-${n % 12}/file-${n % 40}.txt`, `part-${12 + (n % 12)}/file-${n % 40}.txt`];
      for (const repository of [ours, bare]) commitLine(repository, others, `others ${n}`);
      for (const checkout of [worktree, change]) commitLine(checkout, own, `own ${n}`);

      const called = performance.now();
      await relay.workspaces.ready.mutate({ workspaceId });
      const accepted = performance.now();
      const { landed } = await relay.workspaces.status.query({ workspaceId, wait: true, timeoutSeconds: 30 });
      const whole = performance.now();
      if (!landed) throw new Error(`not landed:\n${box.output()}`);
      const moved = await ourTips.of(landed.commit);

      const from = performance.now();
      await run("sh", [landScript, bare.path, warm.path, change.path, `change-${n}`]);
      const bareWhole = performance.now();
      const bareMoved = await bareTips.of(bare.git("rev-parse", "main"));
      if (n < warmUp) continue;
      times.accepted.push(accepted - called);
      times.moved.push(moved - accepted);
      times.whole.push(whole - accepted);
      times.bareMoved.push(bareMoved - from);
      times.bareWhole.push(bareWhole - from);
    }
    for (const { close } of [ourTips, bareTips]) close();
    drop();
    return [
      plain("ready accepted p50", percentile(times.accepted, 0.5)),
      ...latency("accepted → base moved", times.moved, { name: "git script", values: times.bareMoved }, [50, 90]),
      ...latency("accepted → landed", times.whole, { name: "git script", values: times.bareWhole }, [50, 90]),
    ];
  },
};

export default landing;
