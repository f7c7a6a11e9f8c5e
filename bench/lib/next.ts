import { join } from "node:path";
import { freePort } from "../../tests/support/machine.ts";
import { startProgram } from "../../tests/support/program.ts";
import { until } from "../../tests/support/until.ts";

/** Whether something at this address answers a request, with whatever status. */
const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    async (response) => {
      await response.arrayBuffer();
      return true;
    },
    () => false,
  );

/** The framework alone: `next start` of the console's build in `root`, until its sign-in page is answered. */
export async function startNext(root: string) {
  const port = await freePort();
  const next = join(root, "node_modules/next/dist/bin/next");
  const env = { PATH: process.env.PATH ?? "", NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const args = [next, "start", join(root, "apps/web"), "-p", String(port), "-H", "127.0.0.1"];
  const program = startProgram({ args, env, cwd: root });
  const from = performance.now();
  await until("next start", () => answers(`http://127.0.0.1:${port}/sign-in`), { also: program.output });
  return {
    program,
    readyMs: performance.now() - from,
    [Symbol.asyncDispose]: async () => void (await program.end()),
  };
}
