import type { IncomingMessage, ServerResponse } from "node:http";
import { admitTo, productVersion, type Services } from "@signalbox/api";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { answerJson } from "./answers.ts";
import { headerContext } from "./contexts.ts";

/** Liveness: this process answers. */
export function healthz(_req: IncomingMessage, res: ServerResponse): void {
  answerJson(res, 200, { ok: true, name: "signalbox", version: productVersion });
}

/** Readiness: the database answers too. */
export async function readyz(services: Services, res: ServerResponse): Promise<void> {
  const database = await services.db.ping().then(
    () => true,
    () => false,
  );
  answerJson(res, database ? 200 : 503, { ok: database, database });
}

/** Prometheus metrics of this process and of the fleet; needs `activity:read` (IDN-17). */
export function metrics(services: Services) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "signalbox_agents",
    help: "Agents by state",
    labelNames: ["state"],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { state, _count } of await services.db.client.agent.groupBy({ by: ["state"], _count: true })) {
        this.set({ state }, _count);
      }
    },
  });
  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const ctx = headerContext(services, req, "rest");
    await admitTo(ctx, "/metrics", ["activity:read"]);
    res.writeHead(200, { "content-type": registry.contentType }).end(await registry.metrics());
  };
}
