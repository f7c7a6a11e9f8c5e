import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRepository } from "../e2e/repository.ts";
import { allOf, ended, spawnShell } from "../support/agents.ts";
import { signIn } from "../support/browser.ts";
import { startSignalbox } from "../support/signalbox.ts";
import { until } from "../support/until.ts";

const tokenText = /sbx_tok_[a-z0-9]{26}_[A-Za-z0-9]{40,}/;

/** Every file below a directory, but the administrator's token, whose text is there on purpose. */
const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, encoding: "utf8" })
    .map((path) => join(dir, path))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() && !path.endsWith("/admin-token"));

test("[IDN-60, HST-23, HST-52] after a full run no file, log, answer, environment or argument holds a secret", async () => {
  // What the host shares with a profile is for the program alone.
  const shared = `canary-${randomUUID()}`;
  await using box = await startSignalbox({ env: { SIGNALBOX_SHARE_KEY: shared } });
  const { admin, machine } = box;
  await admin.profiles.put.mutate({ name: "sharing", env: { KEY: { host: "KEY" } } });
  const { path } = createRepository(machine.baseDir, "app");
  const out = join(machine.dir, "out");
  mkdirSync(out);
  const { code, cookie: pair } = await signIn(box.relay);
  const cookie = pair.split("=")[1] ?? "";
  expect([code.length, cookie.length]).toEqual([43, 43]);
  const { text: shown } = await admin.tokens.create.mutate({ name: "shown once", profile: "operator" });
  for (const text of [box.adminToken, box.hostToken, shown]) expect(text).toMatch(tokenText);
  const secrets = [code, cookie, shared];
  const holdsSecret = (text: string) => tokenText.test(text) || secrets.some((secret) => text.includes(secret));

  const prompt = [
    "set -e",
    "echo x > x.txt; git add x.txt; git commit -q -m x",
    '[ -n "$KEY" ]',
    "sbx whoami; env | grep -v ^KEY=; sbx tool relay_nothing || true",
    // It waits by itself: a process of a moment could be gone before its environment is read.
    `mkfifo '${out}/go'; touch '${out}/here'; read -r _ < '${out}/go'`,
    "sbx ready; sbx status --wait",
  ].join("\n");
  const agentId = await spawnShell(box, { cwd: path, prompt, profile: "sharing" });
  await until("the script to wait", () => existsSync(join(out, "here")), { also: box.output });

  const processes = await allOf(machine);
  const seen = processes.flatMap((pid) =>
    ["environ", "cmdline"].map((name) => `${pid} ${name}\0${readFileSync(`/proc/${pid}/${name}`, "latin1")}`),
  );
  expect(processes.length).toBeGreaterThanOrEqual(3);
  expect(seen.filter((text) => text.includes(`SIGNALBOX_AGENT_ID=${agentId}`))).not.toEqual([]);
  const belongs = (text: string) =>
    text.includes(`SIGNALBOX_AGENT_ID=${agentId}`) ? text.replaceAll(`\0KEY=${shared}\0`, "\0") : text;
  const forbidden = /\0(RELAY_TOKEN|SIGNALBOX_ADMIN_TOKEN|DATABASE_URL|SIGNALBOX_SHARE_KEY)=/;
  expect(seen.filter((text) => holdsSecret(belongs(text)) || forbidden.test(text))).toEqual([]);
  // The runner has taken its token from the only file that held it.
  const withSecrets = () => filesIn(machine.home).filter((file) => holdsSecret(readFileSync(file, "latin1")));
  expect(withSecrets()).toEqual([]);
  expect(statSync(join(machine.home, "admin-token")).mode & 0o777).toBe(0o600);

  writeFileSync(join(out, "go"), "\n");
  await ended(box, agentId);
  const answers = await Promise.all([
    admin.agents.get.query({ agentId }),
    admin.agents.timeline.query({ agentId }),
    admin.commands.list.query({}),
    admin.activity.list.query({}),
    admin.tokens.list.query({}),
    admin.orchestrators.list.query({}),
    admin.workspaces.queue.query({}),
  ]);
  expect(answers.filter((answer) => holdsSecret(JSON.stringify(answer)))).toEqual([]);
  await Promise.all([box.relay.end("SIGTERM"), box.orchestrator.end("SIGTERM")]);
  expect(filesIn(machine.home).some((file) => file.endsWith("relay.db"))).toBe(true);
  expect(withSecrets()).toEqual([]);
  expect(filesIn(path).filter((file) => holdsSecret(readFileSync(file, "latin1")))).toEqual([]);
  expect(box.output()).toContain("relay ready");
  expect(holdsSecret(box.output())).toBe(false);
  const places = seen.length + filesIn(machine.home).length + filesIn(path).length + answers.length + 1;
  console.log(`canary secrets: 6 kinds looked for in ${places} places, 0 found where they do not belong`);
});
