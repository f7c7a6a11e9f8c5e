import { once, setMaxListeners } from "node:events";
import { AppError, open, router, scoped } from "@signalbox/api";
import { z } from "zod";

const Message = z.object({ id: z.number().int(), body: z.string() });
const Status = z.object({ workspaceId: z.string(), status: z.string(), at: z.iso.datetime() });

const SendInput = z.strictObject({
  to: z.string().min(1).max(240).describe("Whom the message is for"),
  body: z.string().min(1).max(20),
  attach: z.strictObject({ id: z.string() }).optional(),
});

/** How a test sees that a call waits, and ends its wait. */
export interface Waiting {
  started: EventTarget;
  ended: EventTarget;
  running: number;
}

export function newWaiting(): Waiting {
  const ended = new EventTarget();
  setMaxListeners(0, ended);
  return { started: new EventTarget(), ended, running: 0 };
}

/** A small router with one procedure per behaviour that the endpoint has to serve. */
export function fixtureRouter(waiting: Waiting) {
  return router({
    auth: router({
      whoami: open()
        .meta({
          mcp: {
            name: "relay_whoami",
            title: "Who am I",
            description: "Tells who the caller is.",
            hints: { readOnly: true, idempotent: true },
          },
          rest: "GET /whoami",
        })
        .input(z.strictObject({}))
        .output(z.object({ actor: z.string() }))
        .query(({ ctx }) => ({ actor: ctx.caller?.actor ?? "nobody" })),
    }),
    messages: router({
      send: scoped("message:send")
        .meta({
          mcp: { name: "relay_send_message", title: "Send a message", description: "Sends a message." },
          rest: "POST /messages",
        })
        .input(SendInput)
        .output(Message)
        .mutation(({ input }) => {
          if (input.to === "nobody") throw new AppError("NotFound", "No agent nobody", { field: "to" });
          if (input.to === "crash") throw new Error("SELECT secret FROM /var/lib/relay.db");
          return { id: 1, body: input.body };
        }),
      get: scoped("message:read")
        .meta({
          mcp: { name: "relay_get_message", title: "Read a message", description: "Reads a message." },
          rest: "GET /messages/{messageId}",
        })
        .input(
          z.strictObject({
            messageId: z.number().int().min(1),
            full: z.boolean().default(false),
            tags: z.array(z.string()).optional(),
            since: z.number().nullable().optional(),
          }),
        )
        .output(
          z.object({
            messageId: z.number(),
            full: z.boolean(),
            tags: z.array(z.string()),
            since: z.number().nullable(),
          }),
        )
        .query(({ input }) => ({ tags: [], since: null, ...input })),
    }),
    agents: router({
      shutdown: scoped("command:shutdown")
        .meta({
          mcp: {
            name: "relay_shutdown_agent",
            title: "Shut an agent down",
            description: "Ends an agent.",
            hints: { destructive: true, idempotent: true },
          },
          rest: "DELETE /agents/{agentId}",
        })
        .input(z.strictObject({ agentId: z.string() }))
        .output(z.object({ ok: z.boolean() }))
        .mutation(() => ({ ok: true })),
    }),
    workspaces: router({
      status: scoped("agent:read", "agent:write")
        .meta({
          mcp: {
            name: "relay_workspace_status",
            title: "Workspace status",
            description: "Tells the state of a workspace.",
            hints: { readOnly: true, idempotent: true },
            alwaysLoad: true,
          },
          rest: "GET /workspaces/{workspaceId}/status",
        })
        .input(z.strictObject({ workspaceId: z.string(), wait: z.boolean().default(false) }))
        .output(Status)
        .query(async ({ input, signal }) => {
          const answer = { workspaceId: input.workspaceId, status: "landed", at: "2026-08-01T00:00:00.000Z" };
          if (!input.wait) return answer;
          waiting.running += 1;
          waiting.started.dispatchEvent(new Event("wait"));
          await Promise.race([once(waiting.ended, "event"), once(signal as AbortSignal, "abort")]);
          waiting.running -= 1;
          if (signal?.aborted) throw signal.reason;
          return answer;
        }),
    }),
  });
}
