import { readFileSync } from "node:fs";
import { createWorktree } from "./create.ts";
import type { Keep } from "./kept/keep.ts";
import { removeKept } from "./kept/remove.ts";
import { type Restore, restore } from "./kept/restore.ts";
import { type Land, land } from "./land.ts";
import type { Repository } from "./repository.ts";
import { type Git, makeGit } from "./run.ts";

/** What the crash tests tell this program: what to do, and where it is to die. */
export type Orders = {
  env: Record<string, string | undefined>;
  /** Dies before (`n`) or after (`n + 0.5`) its nth git command, counted from 1; null: only when told to. */
  dieAt: number | null;
  /** Dies when told of this step. */
  dieOn?: string;
} & (
  | { act: "land"; land: Omit<Land, "onProgress" | "check">; withCheck: boolean }
  | { act: "remove"; remove: Keep }
  | { act: "restore"; restore: Restore }
  | { act: "create"; create: Parameters<typeof createWorktree>[1] & { repo: Repository } }
);

function die(): never {
  process.kill(process.pid, "SIGKILL");
  for (;;);
}

const orders = JSON.parse(readFileSync(process.argv[2]!, "utf8")) as Orders;
const plain = makeGit(orders.env);
let calls = 0;
const verbs: string[] = [];
const git: Git = async (cwd, args, options) => {
  calls++;
  verbs.push(args[0]!);
  if (orders.dieAt === calls) die();
  const result = await plain(cwd, args, options);
  if (orders.dieAt === calls + 0.5) die();
  return result;
};

process.stdout.write("started\n");
if (orders.act === "create") await createWorktree(git, orders.create);
else if (orders.act === "remove") await removeKept(git, orders.remove);
else if (orders.act === "restore") await restore(git, orders.restore);
else {
  const onProgress: Land["onProgress"] = async (progress) => {
    process.stdout.write(`progress ${JSON.stringify(progress)}\n`);
    if (orders.dieOn === progress.step) die();
  };
  const check = orders.withCheck ? async () => ({ green: true, checks: [] }) : undefined;
  await land(git, { ...orders.land, onProgress, check });
}
process.stdout.write(`calls ${verbs.join(" ")}\n`);
