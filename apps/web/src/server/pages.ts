import { createCaller, type Services } from "@signalbox/api";
import next from "next";
import { pageContext } from "./contexts.ts";

/** The console, in this process; it finds the relay on the global object because Next may load modules twice. */
export async function servePages(
  services: Services,
  root: { dir: string; development: boolean; port: number; host: string },
) {
  const bridge = { createCaller: async (cookie: string | null) => createCaller(pageContext(services, cookie)) };
  Object.assign(globalThis, { [Symbol.for("signalbox.relay")]: bridge });
  const app = next({ dir: root.dir, dev: root.development, port: root.port, hostname: root.host });
  await app.prepare();
  return { handle: app.getRequestHandler(), close: () => app.close() };
}
