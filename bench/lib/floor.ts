import { join } from "node:path";
import { freePort } from "../../tests/support/machine.ts";
import { type Program, startProgram } from "../../tests/support/program.ts";

/** A floor that is a program: listening on a port of its own. */
export interface FloorProgram {
  url: string;
  port: number;
  program: Program;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts `bench/floors/<name>.mjs`, which listens on $PORT, a free one by default, and then says `ready`. */
export async function startFloor(name: string, env: Record<string, string> = {}, at?: number): Promise<FloorProgram> {
  const port = at ?? (await freePort());
  const base = { PATH: process.env.PATH ?? "", NODE_ENV: "production", PORT: String(port) };
  const program = startProgram({
    args: [join(import.meta.dirname, `../floors/${name}.mjs`)],
    env: { ...base, ...env },
  });
  await program.told("ready");
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    program,
    [Symbol.asyncDispose]: async () => void (await program.end()),
  };
}
