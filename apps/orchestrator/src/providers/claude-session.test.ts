import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SpawnParams } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { claudeProgram } from "../../test/claude-program.ts";
import { startingHost } from "../../test/host.ts";
import { spawnParams } from "../../test/launch.ts";
import { command, firstAttempt } from "../../test/scene.ts";
import { restart } from "../commands/restart.ts";
import { spawn } from "../commands/spawn.ts";
import { compact, interrupt } from "../commands/turn.ts";
import { sinceKey } from "../runner/keys.ts";
import { openMailJournal } from "../runner/mail-journal.ts";
import type { Turn } from "../runner/turn-rules.ts";
import { submit } from "../runner/typing.ts";
import { endSession } from "../sessions/end.ts";
import { readExit, readRecord } from "../sessions/record.ts";
import { captureScreen } from "../tmux/sessions.ts";
import { exactly, tmux } from "../tmux/tmux.ts";
import { until } from "../until.ts";

// The runner waits 10 s for a relay before it starts its program without one.
const soon = { withinMs: 60_000, everyMs: 50 };
const timeout = 180_000;

/** A host whose claude is the stand-in, and an agent's sessions on it. */
async function fleet(asked: Partial<SpawnParams> = {}) {
  const host = await startingHost();
  host.needs.env = { ...host.needs.env, HOME: host.path };
  const program = claudeProgram(host.path);
  host.needs.providers = { claude: { command: program.command } };
  const params = spawnParams("Do it.", { provider: "claude", approvalMode: "guarded", cwd: host.repo, ...asked });
  const { agentId } = params;
  const task = { ...firstAttempt(), params };
  const session = (id: string) => {
    const [sessionName, dir] = [`sb-${id}`, host.sessions.dirOf(id)];
    const turn = (): Turn | null => {
      try {
        return JSON.parse(readFileSync(join(dir, "turn.json"), "utf8"));
      } catch {
        return null;
      }
    };
    const doing = (type: "agent.interrupt" | "agent.compact", more: object = {}) => ({
      command: command(type, {}),
      params: { agentId, sessionName, ...more },
      ...firstAttempt(),
    });
    return {
      dir,
      turn,
      key: (name: string) => tmux(host.tmux, ["send-keys", "-t", exactly(sessionName), name]),
      type: (text: string) => submit(text, { tmux: host.tmux, sessionName, dir }),
      /** The status once it is as wanted; else, for the one who reads the failure, all there is. */
      async becomes(status: Turn["status"]): Promise<string> {
        if (await until(() => turn()?.status === status, soon)) return status;
        const screen = await captureScreen(host.tmux, sessionName);
        return [JSON.stringify(turn()), ...(screen ?? ["no screen"]), JSON.stringify(await readExit(dir))].join("\n");
      },
      submitted: (texts: number) => until(() => program.seen().submitted.length === texts, soon),
      sinceKey: () => sinceKey({ tmux: host.tmux, sessionName, dir }),
      interrupt: () => interrupt(host.sessions).run(doing("agent.interrupt")),
      compact: (alwaysReload: string[]) =>
        compact(host.sessions).run(doing("agent.compact", { memory: { alwaysReload } })),
      end: () => endSession({ tmux: host.tmux, sessionName, agentId, dir, graceSeconds: 5 }),
    };
  };
  return {
    host,
    program,
    session,
    start: (id: string) => spawn(host.needs).run({ ...task, command: command("agent.spawn", {}, { id }) }),
    restart: (id: string, from: string) => {
      const again = {
        action: "restart",
        agentId,
        orchestratorId: "host-a",
        sessionName: `sb-${from}`,
        spawnRequestId: "sp_1",
      } as const;
      const rest = { graceful: true, timeoutMs: 5_000, resume: true, requestedBy: "test", requestedAt: 0 } as const;
      return restart(host.needs).run({
        ...task,
        command: command("agent.restart", {}, { id }),
        params: { ...again, ...rest, restartSpawn: params, workspace: null },
      });
    },
    [Symbol.asyncDispose]: host[Symbol.asyncDispose],
  };
}

test(
  "[HST-54] [HST-59] claude turns: busy, blocked by a hook and by the screen, idle with the result, compacted, interrupted",
  async () => {
    await using one = await fleet();
    await one.start("cmd_1");
    const session = one.session("cmd_1");
    expect(await session.becomes("busy")).toBe("busy");
    const { conversation } = (await readRecord(session.dir)) ?? {};
    expect(session.turn()).toMatchObject({ conversation, started: true });
    expect(one.program.seen().args).toContain(conversation);

    await session.key("r");
    await session.key("p");
    expect(await session.becomes("blocked")).toBe("blocked");
    expect(session.turn()?.blocked).toEqual({ kind: "permission", text: "Bash: rm -r build" });
    // Permitted: no hook says so, the screen does.
    await session.key("g");
    expect(await session.becomes("busy")).toBe("busy");
    await session.key("s");
    expect(await session.becomes("idle")).toBe("idle");
    expect(session.turn()?.result).toBe("All done. 🚦");

    await session.key("t");
    expect(await session.becomes("blocked")).toBe("blocked");
    expect(session.turn()?.blocked).toMatchObject({ kind: "permission", text: expect.stringMatching(/^Do you trust/) });
    await session.key("i");
    expect(await session.becomes("idle")).toBe("idle");

    expect(await session.compact(["NOTES.md"])).toEqual({ compacted: true });
    expect(await session.submitted(3)).toBe(true);
    expect(one.program.seen().submitted).toEqual(["Do it.", "/compact", "Read these again: NOTES.md"]);

    // What had no answer yet comes back to the prompt, and must not stand before what is typed next.
    expect(await session.becomes("busy")).toBe("busy");
    expect(await session.sinceKey()).toBe(Number.POSITIVE_INFINITY);
    expect(await session.interrupt()).toEqual({ interrupted: true });
    // It is a person's key for whoever waits to type a message.
    expect(await session.sinceKey()).toBeLessThan(soon.withinMs);
    expect(await session.becomes("idle")).toBe("idle");
    const text = "first größe 🚦\n\t- second\nשלום";
    await session.type(`${text}\x1b[201~`);
    expect(await session.submitted(4)).toBe(true);
    expect(one.program.seen().submitted.at(-1)).toBe(text);

    await session.key("l");
    expect(await session.becomes("blocked")).toBe("blocked");
    expect(session.turn()?.blocked).toEqual({ kind: "limit", text: "You've hit your limit" });

    expect(await session.end()).toBe(true);
    expect((await readExit(session.dir))?.result).toBe("All done. 🚦");
  },
  timeout,
);

test(
  "[HST-54] [HST-60] [MSG-55] claude rig and resume: its folder is CLAUDE_CONFIG_DIR, what was kept there goes on, and what was not starts afresh",
  async () => {
    await using one = await fleet({ rig: "team", workspaceMode: "shared" });
    await expect(one.start("cmd_0")).rejects.toMatchObject({
      reason: "provider_missing",
      message: expect.stringContaining("team"),
    });
    const rig = join(one.host.needs.rigsDir, "claude", "team");
    mkdirSync(rig, { recursive: true });
    await one.start("cmd_1");
    expect(await one.session("cmd_1").becomes("busy")).toBe("busy");
    expect(one.program.seen().env.CLAUDE_CONFIG_DIR).toBe(rig);
    const first = one.session("cmd_1").turn()?.conversation as string;

    await one.restart("cmd_2", "cmd_1");
    expect((await readRecord(one.session("cmd_2").dir))?.notes).toEqual([
      "Its conversation is not on this host: it starts afresh",
    ]);
    expect(await one.session("cmd_2").becomes("busy")).toBe("busy");
    const second = one.session("cmd_2").turn()?.conversation as string;
    expect(second).not.toBe(first);

    const shown = await openMailJournal(one.session("cmd_2").dir);
    await shown.begin([7, 8]);
    await shown.finish([7]);
    await shown.close();

    const folder = join(rig, "projects", one.host.repo.replace(/[^a-zA-Z0-9]/g, "-"));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${second}.jsonl`), "{}\n");
    await one.restart("cmd_3", "cmd_2");
    const third = one.session("cmd_3");
    expect((await readRecord(third.dir))?.notes).toEqual([]);
    expect(await third.becomes("idle")).toBe("idle");
    expect(third.turn()?.conversation).toBe(second);
    const { args } = one.program.seen();
    expect([args.slice(0, 2), args.includes("--")]).toEqual([["--resume", second], false]);

    // What the conversation holds is not shown in it again; a new conversation knows of nothing.
    const resumed = async (id: string) => (await readRecord(one.session(id).dir))?.resumed;
    expect([await resumed("cmd_1"), await resumed("cmd_2"), await resumed("cmd_3")]).toEqual([false, false, true]);
    const known = await openMailJournal(third.dir);
    expect([known.done(7), known.begun(8)]).toEqual([true, false]);
    await known.close();
  },
  timeout,
);
