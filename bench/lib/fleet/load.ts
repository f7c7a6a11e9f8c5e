import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ROOT } from "../../../tests/support/program.ts";
import type { News, Order, Plan } from "./plan.ts";

/** Load programs that keep a fleet connected between them. */
export interface Load {
  /** Resolves when every connection has been greeted since the start or the last `again`: when each was, in order. */
  all(): Promise<number[]>;
  /** From now on what was greeted before no longer counts. */
  again(): Promise<void>;
  /** Forgets arrivals, and resolves with them, by key, when there are so many. */
  arrivals(count: number): Promise<Map<string, number>>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Longest time a fleet may take for anything. */
const withinMs = 15 * 60_000;

/** Starts one load program for each plan. */
export function startLoad(plans: Plan[], log: (line: string) => void): Load {
  const children = plans.map(() =>
    fork(join(import.meta.dirname, "child.ts"), { cwd: ROOT, execArgv: ["--import", "tsx"] }),
  );
  const greeted = plans.map(() => ({ count: 0, of: 0, at: null as number[] | null }));
  let arrived = new Map<string, number>();
  let wake = () => {};

  const tell = (order: (n: number) => Order) => {
    for (const [n, child] of children.entries()) child.send(order(n));
  };
  for (const [n, child] of children.entries()) {
    child.on("message", (news: News) => {
      if (news.type === "greeted") greeted[n] = { ...news, at: null };
      if (news.type === "all") greeted[n] = { count: news.at.length, of: news.at.length, at: news.at };
      if (news.type === "arrived") arrived.set(news.key, news.at);
      wake();
    });
  }
  tell((n) => ({ type: "connect", plan: plans[n] as Plan }));

  async function when<T>(what: () => string, look: () => T | null): Promise<T> {
    const deadline = performance.now() + withinMs;
    let told = performance.now();
    for (;;) {
      const found = look();
      if (found !== null) return found;
      const dead = children.find(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null);
      if (dead) throw new Error(`a load program ended with ${dead.signalCode ?? dead.exitCode}: ${what()}`);
      if (performance.now() > deadline) throw new Error(`waited ${withinMs / 60_000} min: ${what()}`);
      if (performance.now() > told + 10_000) {
        told = performance.now();
        log(what());
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1_000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  const sum = (key: "count" | "of") => greeted.reduce((total, one) => total + one[key], 0);
  return {
    all: () =>
      when(
        () => `${sum("count")} of ${sum("of")} connected`,
        () => {
          const times = greeted.map(({ at }) => at);
          return times.every((at) => at !== null) ? times.flat().toSorted((a, b) => a - b) : null;
        },
      ),
    async again() {
      for (const one of greeted) one.at = null;
      tell(() => ({ type: "again" }));
    },
    arrivals(count) {
      arrived = new Map();
      return when(
        () => `${arrived.size} of ${count} arrived`,
        () => (arrived.size >= count ? arrived : null),
      );
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(children.map(ended));
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
