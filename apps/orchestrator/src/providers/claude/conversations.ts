import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether this is the name of a conversation, and nothing else: it becomes an argument and a part of a path. */
export const isConversation = (name: unknown): name is string => typeof name === "string" && uuid.test(name);

/** Longest folder name that the program makes of a directory; a longer one is cut there and gets a hash. */
const longestFolder = 200;

/** Whether the program has kept this conversation of this directory, so that it can be gone on with (HST-60). */
export async function holds(conversation: string, cwd: string, env: Record<string, string>): Promise<boolean> {
  if (!isConversation(conversation)) return false;
  const projects = join(env.CLAUDE_CONFIG_DIR || join(env.HOME ?? "", ".claude"), "projects");
  const name = (await realpath(cwd).catch(() => cwd)).replace(/[^a-zA-Z0-9]/g, "-");
  const cut = `${name.slice(0, longestFolder)}-`;
  const folders =
    name.length <= longestFolder
      ? [name]
      : (await readdir(projects).catch(() => [])).filter((one) => one.startsWith(cut));
  const sizes = await Promise.all(
    folders.map(
      async (folder) => (await stat(join(projects, folder, `${conversation}.jsonl`)).catch(() => null))?.size,
    ),
  );
  return sizes.some(Boolean);
}
