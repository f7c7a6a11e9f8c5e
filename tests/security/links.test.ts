import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ended, spawnShell } from "../support/agents.ts";
import { refusal } from "../support/client.ts";
import { type Signalbox, startSignalbox } from "../support/signalbox.ts";
import { attempts } from "./support/attempts.ts";

let box: Signalbox;
const table = attempts();
beforeAll(async () => {
  box = await startSignalbox();
});
afterAll(async () => {
  table.print("ways out of the base directory, on a real host");
  await box?.[Symbol.asyncDispose]();
});

/** Links inside the base directory that lead out of it, or to nothing. */
const links = (outside: string): [name: string, target: string][] => [
  ["to-outside", outside],
  ["to-etc", "/etc"],
  ["to-root", "/"],
  ["to-parent", ".."],
  ["to-nothing", "/nowhere"],
  ["to-itself", "to-itself"],
  ["to-a-link", "to-outside"],
  ["to-a-file", join(outside, "file")],
];

test("[SPN-20, SPN-21] no link, name or spelling starts a session outside the host's base directory", async () => {
  const { machine, admin } = box;
  const outside = join(machine.dir, "outside");
  const beside = `${machine.baseDir}-beside`;
  for (const dir of [outside, beside, join(outside, "deep")]) mkdirSync(dir);
  writeFileSync(join(outside, "file"), "");
  for (const [name, target] of links(outside)) symlinkSync(target, join(machine.baseDir, name));
  const prompt = "touch was-here";

  const refused = [
    beside,
    outside,
    "..",
    "../outside",
    `${machine.baseDir}/../outside`,
    "~",
    "~/x",
    `${machine.baseDir}\0`,
  ];
  for (const cwd of refused) {
    const problem = await refusal(admin.agents.spawn.mutate({ provider: "shell", prompt, cwd }));
    table.note(
      "a directory that is refused at once",
      "tRPC",
      { status: 400, code: problem.code },
      ({ code }) => code === "Invalid",
    );
  }
  const taken = [
    "to-outside",
    "to-outside/deep",
    "to-etc",
    "to-root",
    "to-parent",
    "to-nothing",
    "to-itself",
    "to-a-link",
    "to-a-file",
    "not-there",
  ];
  const agents = await Promise.all(
    taken.map((name) => spawnShell(box, { cwd: join(machine.baseDir, name), prompt, workspaceMode: "shared" })),
  );
  for (const agentId of agents) {
    const { status, statusReason } = await ended(box, agentId);
    const code = `${status} ${statusReason?.kind}`;
    table.note(
      "a link that the host resolves",
      "host",
      { status: 200, code },
      () => code === "failed workspace_failed",
    );
  }
  table.none();
  const traces = [outside, beside, join(outside, "deep"), machine.dir, "/etc", "/"].filter((dir) =>
    existsSync(join(dir, "was-here")),
  );
  expect(traces).toEqual([]);
});
