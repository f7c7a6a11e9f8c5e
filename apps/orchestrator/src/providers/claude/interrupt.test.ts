import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scene } from "../../../test/scene.ts";
import { listSessions } from "../../tmux/sessions.ts";
import { shellWord } from "../../tmux/tmux.ts";
import { until } from "../../until.ts";
import { interrupt } from "./interrupt.ts";

/** A program in a turn, with this draft at its prompt; Escape leaves that one there. Writes down each key. */
const program = (keys: string, draft: string, after: string) => `
import { appendFileSync } from "node:fs";
const rule = "─".repeat(process.stdout.columns);
const draw = (text, footer) =>
  process.stdout.write("\\x1b[2J\\x1b[H" + ["● said", rule, "❯ " + text.replaceAll("\\n", "\\r\\n  "), rule, "  manual mode" + footer].join("\\r\\n"));
let typed = ${JSON.stringify(draft)};
process.stdin.setRawMode(true).on("data", (data) => {
  for (const key of data.toString()) {
    appendFileSync(${JSON.stringify(keys)}, key === "\\x1b" ? "E" : "u");
    typed = key === "\\x1b" ? ${JSON.stringify(after)} : typed.split("\\n").slice(0, -1).join("\\n");
  }
  draw(typed, "");
});
draw(typed, " · esc to interrupt");
appendFileSync(${JSON.stringify(keys)}, ".");
`;

test.each<[string, string, string, RegExp]>([
  ["removes the prompt that comes back, all its lines", "", "line one\nline two", /^\.Eu{2,}$/],
  ["leaves what a person has begun to type", "half a tho", "half a tho", /^\.E$/],
  ["ends at an empty prompt", "", "", /^\.E$/],
])(
  "[HST-54] [SPN-60] interrupting claude %s",
  async (_, draft, after, pressed) => {
    await using host = await scene();
    const [keys, script] = [join(host.path, "keys"), join(host.path, "program.mjs")];
    writeFileSync(script, program(keys, draft, after));
    await host.session(`exec ${[process.execPath, script].map(shellWord).join(" ")}`);
    expect(await until(() => existsSync(keys), { withinMs: 30_000 })).toBe(true);
    const [session] = await listSessions(host.tmux);
    if (!session) throw new Error("there is no session");
    await interrupt(session, host.tmux);
    expect(readFileSync(keys, "utf8")).toMatch(pressed);
  },
  60_000,
);
