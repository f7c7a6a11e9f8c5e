import type { HostAnswer, HostRequest } from "@signalbox/api/contracts";
import { RequestFailure, textOf } from "../failure.ts";
import type { Log } from "../log.ts";
import type { RequestHandlers, Send } from "./handlers.ts";

interface Needs {
  handlers: RequestHandlers;
  /** Sends one answer to the relay; false when nobody waits or the connection is gone. */
  answer: (answer: HostAnswer) => Promise<boolean>;
  log: Log;
}

/** Answers one request, with an error where it must. Never rejects. */
export async function answerRequest(
  { handlers, answer, log }: Needs,
  requestId: string,
  request: HostRequest,
): Promise<void> {
  const send: Send = (value, done) => answer({ requestId, answer: value, done });
  try {
    const handler = handlers[request.type] as (
      one: HostRequest,
      reply: { requestId: string; send: Send },
    ) => Promise<unknown>;
    if (!handler) throw new RequestFailure("Invalid", `This host does not know requests of type ${request.type}`);
    const value = await handler(request, { requestId, send });
    if (value !== null) await send(value, true);
  } catch (error) {
    const known = error instanceof RequestFailure;
    if (!known) log.error({ type: request.type, err: error }, "a request failed unexpectedly");
    const message = (known ? error.message : `The host could not answer: ${textOf(error)}`).slice(0, 2000);
    await answer({ requestId, error: { code: known ? error.code : "Unavailable", message }, done: true });
  }
}
