import { type AnswerTo, answers, type HostAnswer, type HostRequest, type HostRequestType } from "./contracts/index.ts";
import { AppError, shaped } from "./errors.ts";

/** A host that cannot answer within this is treated as away (HST-41). */
const answerWithinMs = 10_000;

interface Pending {
  orchestratorId: string;
  type: HostRequestType;
  receive: (answer: HostAnswer) => void | Promise<void>;
  fail: (error: AppError) => void;
}

export interface QueuedRequest {
  requestId: string;
  request: HostRequest;
}

/**
 * Requests to hosts that are not kept: queued for the host's command stream, matched with their answers by id. Nothing
 * here survives the process, and nothing needs to.
 */
export interface Hub {
  /** One question, one answer; Unavailable after 10 s or when the host goes. */
  ask<T extends HostRequestType>(
    orchestratorId: string,
    request: Extract<HostRequest, { type: T }>,
  ): Promise<AnswerTo<T>>;
  /** One question, many answers, until the host says done; `close` stops listening. A slow receiver slows the host. */
  open<T extends HostRequestType>(
    orchestratorId: string,
    request: Extract<HostRequest, { type: T }>,
    receive: (answer: AnswerTo<T>) => void | Promise<void>,
  ): { requestId: string; done: Promise<void>; close: () => void };
  /** Takes what waits for that host; called by its command stream. */
  take(orchestratorId: string): QueuedRequest[];
  /** An answer from the host; one that nobody waits for any more is dropped. Returns whether somebody waits. */
  answer(orchestratorId: string, answer: HostAnswer): Promise<boolean>;
  /** The host's connection is gone: whoever waits for it is told. */
  lost(orchestratorId: string): void;
}

interface Needs {
  newId: (prefix: "req") => string;
  ringHost: (orchestratorId: string) => void;
}

export function createHub({ newId, ringHost }: Needs): Hub {
  const queues = new Map<string, QueuedRequest[]>();
  const pending = new Map<string, Pending>();

  function push(orchestratorId: string, request: HostRequest): string {
    const requestId = newId("req");
    queues.set(orchestratorId, [...(queues.get(orchestratorId) ?? []), { requestId, request }]);
    ringHost(orchestratorId);
    return requestId;
  }

  const away = (id: string, why: string) =>
    new AppError("Unavailable", `Host ${id} ${why}`, {
      next: "Look at the host's state; try again when it is online.",
    });

  const hub: Hub = {
    open(orchestratorId, request, receive) {
      const requestId = push(orchestratorId, request);
      const answered = answers[request.type];
      let heard = false;
      let close = () => {};
      const done = new Promise<void>((resolve, reject) => {
        const settle = (run: () => void) => {
          clearTimeout(timer);
          pending.delete(requestId);
          run();
        };
        close = () => settle(resolve);
        const timer = setTimeout(() => {
          if (!heard) settle(() => reject(away(orchestratorId, "did not answer within 10 s")));
        }, answerWithinMs);
        pending.set(requestId, {
          orchestratorId,
          type: request.type,
          async receive({ answer, error, done: last = true }) {
            heard = true;
            if (error) return settle(() => reject(new AppError(error.code, error.message)));
            const read = answer === undefined ? undefined : shaped<unknown>(answered, answer, "answer");
            if (read !== undefined) await receive(read as AnswerTo<(typeof request)["type"]>);
            if (last) settle(resolve);
          },
          fail: (error) => settle(() => reject(error)),
        });
      });
      done.catch(() => undefined);
      return { requestId, done, close };
    },
    async ask(orchestratorId, request) {
      let got: unknown;
      const asked = hub.open(orchestratorId, request, (answer) => {
        got = answer;
      });
      await asked.done;
      return got as AnswerTo<(typeof request)["type"]>;
    },
    take(orchestratorId) {
      const waiting = queues.get(orchestratorId) ?? [];
      queues.delete(orchestratorId);
      return waiting;
    },
    async answer(orchestratorId, answer) {
      const waiter = pending.get(answer.requestId);
      if (waiter?.orchestratorId !== orchestratorId) return false;
      await waiter.receive(answer);
      return pending.has(answer.requestId) || answer.done !== false;
    },
    lost(orchestratorId) {
      queues.delete(orchestratorId);
      for (const waiter of [...pending.values()]) {
        if (waiter.orchestratorId === orchestratorId) waiter.fail(away(orchestratorId, "lost its connection"));
      }
    },
  };
  return hub;
}
