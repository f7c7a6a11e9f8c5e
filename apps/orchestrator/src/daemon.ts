import { randomUUID } from "node:crypto";
import { hostname, tmpdir } from "node:os";
import { productVersion, protocolVersion } from "@signalbox/api/contracts";
import { createCommandDesk } from "./commands/desk.ts";
import * as kept from "./commands/kept.ts";
import { land } from "./commands/land.ts";
import { createCommandLoop } from "./commands/loop.ts";
import { restart } from "./commands/restart.ts";
import { shutdown } from "./commands/shutdown.ts";
import { spawn } from "./commands/spawn.ts";
import type { StartNeeds } from "./commands/start.ts";
import { compact, interrupt } from "./commands/turn.ts";
import type { Config } from "./config.ts";
import { agentBase } from "./env.ts";
import { textOf } from "./failure.ts";
import { makeGit, removeIdleQueues } from "./git/index.ts";
import { openJournal } from "./journal.ts";
import { createHostLink } from "./link/host-link.ts";
import { daemonLog, type Log } from "./log.ts";
import { bootId, supervisor, vitals } from "./machine.ts";
import { createLaunchWatch, createOffers, watched } from "./offers.ts";
import { hostPaths, makePaths } from "./paths.ts";
import { sharedValues } from "./providers/host-values.ts";
import { probeAll } from "./providers/index.ts";
import { answerRequest } from "./requests/answer.ts";
import { createRequestHandlers } from "./requests/handlers.ts";
import { createSerial } from "./serial.ts";
import { endSession } from "./sessions/end.ts";
import type { Programs } from "./sessions/launch.ts";
import { readExit } from "./sessions/record.ts";
import { createSessions } from "./sessions/sessions.ts";
import { createTerminals } from "./terminals/terminals.ts";
import { createFarewellWatch, createWorktreeWatch, every, watchSessions } from "./watch.ts";

export interface Daemon {
  /** Leaves the relay; sessions go on. */
  stop(): Promise<void>;
}

interface Needs {
  config: Config;
  /** All variables of the process, of which agents get the allow-listed ones. */
  variables: Readonly<Record<string, string>>;
  programs: Programs;
  log: Log;
  onRegistered: () => void;
  onRefused: (message: string) => void;
}

const watchMs = 2_000;
const worktreesMs = 10_000;
const providersMs = 5 * 60_000;
const idleQueuesMs = 10 * 60_000;
const uid = () => process.getuid?.() ?? 0;

/** Puts the host together and connects it; from then on the relay decides what happens. */
export async function startDaemon({
  config,
  variables,
  programs,
  log,
  onRegistered,
  onRefused,
}: Needs): Promise<Daemon> {
  const { relay, baseDir, providers } = config;
  const paths = hostPaths({ home: config.home, worktreesDir: config.worktreesDir, tmp: tmpdir(), uid: uid() });
  makePaths(paths, uid());
  const env = agentBase(variables);
  const surroundings = { env, providers, rigsDir: paths.rigs };
  const git = makeGit(variables);
  const tmux = { socket: paths.tmuxSocket, env };
  const sessions = createSessions({ tmux, directory: paths.sessions });
  const journal = await openJournal(paths.journal, { now: () => new Date() });
  const stopped = new AbortController();
  const instanceId = randomUUID();
  let keepDays: number | null = null;
  const proof = { orchestratorId: config.id, instanceId };

  const exitOf = async (sessionName: string) => {
    const exit = await readExit(sessions.dirNamed(sessionName));
    if (!exit) return { code: null, reason: "the session ended" };
    const { exitCode: code, signal } = exit.end;
    return { code, reason: signal ? `ended by ${signal}` : `exited with code ${code}` };
  };
  const terminals = createTerminals({ tmux, exitOf });
  const requests = createRequestHandlers({
    baseDir,
    worktreesDir: paths.worktrees,
    git,
    terminals,
    sessions,
    daemonLog: daemonLog(paths.logs),
  });

  const present = async () => vitals(paths.home, (await sessions.look()).live.length);
  const offers = createOffers({
    probe: () => probeAll(surroundings),
    async tell(changed) {
      const told = link.current()?.relay.orchestrators.heartbeat;
      await told?.mutate({ ...proof, vitals: await present(), providers: changed });
      return told !== undefined;
    },
  });
  const probeAgain = () => void offers.again().catch((error: unknown) => log.warn(textOf(error)));

  const link = createHostLink({
    relay,
    token: config.token,
    host: {
      id: config.id,
      instanceId,
      bootId: await bootId(),
      hostname: hostname(),
      platform: `${process.platform}-${process.arch}`,
      version: productVersion,
      protocolVersion,
      baseDir,
      labels: config.labels,
      maxSessions: config.maxSessions,
      capabilities: ["workspace.isolated", "workspace.land", "workspace.keep", "terminal"],
      supervisor: supervisor(variables),
    },
    providers: offers.now,
    sessions,
    vitals: present,
    onRegistered: (settings) => {
      keepDays = settings.logRetentionDays;
      onRegistered();
    },
    onEndedForRelay: (sessionNames) => void endUnwanted(sessionNames),
    onCommand: (command) => loop.take(command),
    onRequest: (requestId, request) => void answerRequest({ handlers: requests, answer, log }, requestId, request),
    onLost: () => terminals.closeAll(),
    onRefused,
    random: Math.random,
    log,
  });

  /** One try, on the connection of now: what asked is gone when the connection is. */
  const answer: Parameters<typeof answerRequest>[0]["answer"] = async (given) => {
    const sent = link.current()?.relay.commands.answer.mutate({ ...proof, ...given });
    return (await sent?.catch(() => null))?.wanted ?? false;
  };

  async function endUnwanted(sessionNames: string[]): Promise<void> {
    for (const { agentId, commandId, sessionName } of (await sessions.look()).live) {
      if (!sessionNames.includes(sessionName)) continue;
      log.warn({ agentId, sessionName }, "the relay holds this session as ended; it is ended");
      await endSession({ tmux, sessionName, agentId, dir: sessions.dirOf(commandId), graceSeconds: 10 });
    }
  }

  const reportAgents = async (agents: ReturnType<typeof sessions.reportOf>[]) => {
    await link.call((to) => to.orchestrators.reportAgents.mutate({ ...proof, complete: false, agents, unknown: [] }));
  };
  const starting: StartNeeds = {
    sessions,
    git,
    serial: createSerial(),
    programs,
    relay,
    baseDir,
    worktreesDir: paths.worktrees,
    runDir: paths.run,
    ...surroundings,
    shared: sharedValues(variables),
    now: () => new Date(),
    announce: (report) => reportAgents([report]),
    issueToken: async (commandId) =>
      (await link.call((to) => to.tokens.issueRunner.mutate({ ...proof, commandId }))).token,
  };
  const queuesInTurn = createSerial();
  const loop = createCommandLoop({
    journal,
    desk: createCommandDesk({ link, proof }),
    log,
    handlers: {
      "agent.spawn": watched(spawn(starting), probeAgain),
      "agent.restart": watched(restart(starting), probeAgain),
      "agent.compact": compact(sessions),
      "agent.interrupt": interrupt(sessions),
      "agent.shutdown": shutdown(sessions),
      "workspace.keep": kept.keep({ git, worktreesDir: paths.worktrees, sessions }),
      "workspace.remove": kept.remove({ git, worktreesDir: paths.worktrees, sessions }),
      "workspace.restore": kept.restore({ git, worktreesDir: paths.worktrees, sessions }),
      "workspace.land": land({
        git,
        worktreesDir: paths.worktrees,
        sessions,
        inTurn: queuesInTurn,
        env,
        elapsed: () => performance.now(),
      }),
    },
  });
  for (const { id, type, outcome } of journal.unconfirmed()) {
    if ((type === "agent.spawn" || type === "agent.restart") && !outcome) sessions.launching(id);
  }
  loop.resume();

  const changedWorktrees = createWorktreeWatch({ sessions, git });
  const sayFarewells = createFarewellWatch({ sessions, git, report: reportAgents });
  void every(watchMs, stopped.signal, log, async () => {
    await watchSessions({ sessions, link, log, keepDays: () => keepDays }, new Date());
    if (link.current()) await sayFarewells();
  });
  void every(worktreesMs, stopped.signal, log, async () => {
    if (!link.current()) return;
    const agents = await changedWorktrees();
    if (agents.length) await reportAgents(agents);
  });

  void every(idleQueuesMs, stopped.signal, log, async () => {
    await removeIdleQueues(git, { worktreesDir: paths.worktrees, inTurn: queuesInTurn, now: Date.now() });
  });
  void every(providersMs, stopped.signal, log, offers.again);
  const launchFailed = createLaunchWatch(sessions);
  void every(watchMs, stopped.signal, log, async () => {
    if (await launchFailed()) await offers.again();
  });

  return {
    async stop() {
      stopped.abort();
      terminals.closeAll();
      link.close();
      await journal.close();
    },
  };
}
