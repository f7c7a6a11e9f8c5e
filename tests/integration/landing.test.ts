import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRepository } from "../e2e/repository.ts";
import { ended, spawnShell } from "../support/agents.ts";
import { startSignalbox } from "../support/signalbox.ts";

test("[WSP-33, WSP-39, WSP-41, MCP-48, MCP-49] a script edits, commits, is landed once, and goes on", async () => {
  await using box = await startSignalbox();
  const { admin, machine } = box;
  const { path, git } = createRepository(machine.baseDir, "app");
  const out = join(machine.dir, "out");
  mkdirSync(out);
  const said = (name: string) => readFileSync(join(out, name), "utf8").trim();
  const json = (name: string) => JSON.parse(said(name));
  const prompt = [
    "set -e",
    `out='${out}'`,
    "pwd > $out/directory",
    "echo made > made.txt",
    "git add made.txt",
    "git commit -q -m 'Make a file'",
    "sbx ready > $out/ready.json",
    "sbx status --wait > $out/status.json",
    "git branch --show-current > $out/branch",
    "git rev-parse HEAD > $out/head",
    "sbx whoami > $out/whoami.json",
    "sbx inbox > $out/inbox.json 2> $out/inbox.err || true",
    "set +e",
    "sbx tool relay_nothing > $out/unknown 2>&1; echo $? >> $out/unknown",
    "sbx tool relay_whoami '{' > $out/bad 2>&1; echo $? >> $out/bad",
    "sbx tool relay_whoami '{\"x\":1}' > $out/field 2>&1; echo $? >> $out/field",
    "sbx ready > $out/again 2>&1; echo $? >> $out/again",
    "sbx result 'A file is made' > $out/result.json",
    "env > $out/environment",
    "exit 7",
  ].join("\n");
  const agentId = await spawnShell(box, { cwd: path, prompt });
  const agent = await ended(box, agentId);

  expect(git("log", "--format=%s", "main")).toBe("Make a file\nBegin");
  expect(git("symbolic-ref", "HEAD")).toBe("refs/heads/main");
  expect(git("status", "--porcelain")).toBe("");
  expect(readFileSync(join(path, "made.txt"), "utf8")).toBe("made\n");
  expect(git("fsck", "--strict")).toBe("");
  const head = git("rev-parse", "main");

  const { queues } = await admin.workspaces.queue.query({});
  const [landing, ...more] = queues.flatMap(({ landings }) => landings);
  expect(more).toEqual([]);
  expect(landing).toMatchObject({ newTip: head, oldTip: git("rev-parse", "main~1"), agentId, checks: [] });
  expect(landing?.onBehalfOf).toBe("administrator");

  expect(json("ready.json")).toMatchObject({ workspace: { status: "ready" }, guidance: { phase: "handed_off" } });
  const status = json("status.json");
  expect(status).toMatchObject({ transitioned: true, fromStatus: "ready", landed: { commit: head, base: "main" } });
  expect([status.landed.branch, said("head")]).toEqual([said("branch"), head]);
  expect(said("branch")).toBe(`signalbox/${agentId}-2`);

  expect(json("whoami.json")).toMatchObject({ kind: "agent", agentId, profile: "provider-agent" });
  expect(said("unknown")).toMatch(/relay_nothing.*\n1$/s);
  expect(said("bad")).toMatch(/^Invalid: .*not a JSON object.*\n1$/s);
  expect(said("field")).toMatch(/^Invalid: .*\bx\b.*\n1$/s);
  expect(said("again")).toMatch(/^Invalid: .*nothing to land.*\n1$/s);
  expect(said("environment")).toContain(`SIGNALBOX_AGENT_ID=${agentId}`);
  expect(said("environment")).not.toMatch(/sbx_tok|RELAY_TOKEN/);

  expect(agent).toMatchObject({ status: "exited", result: "A file is made" });
  expect(agent.statusReason).toMatchObject({ kind: "completed", exitCode: 7 });
});
