import type { AppRouter } from "@signalbox/api";

/** The relay's procedures, called in process with the rights of one visitor. */
export type Caller = ReturnType<AppRouter["createCaller"]>;

/** What the relay's server leaves for the pages that it renders. */
export interface Relay {
  /** A caller with the rights of this cookie; without a session its calls are Unauthenticated. */
  createCaller(cookieHeader: string | null, requestId?: string): Promise<Caller>;
}

const key = Symbol.for("signalbox.relay");

/** The relay in whose process this page is rendered. Next may load modules twice, so it is found on the global object. */
export function relay(): Relay {
  const found = (globalThis as { [key]?: Relay })[key];
  if (!found) throw new Error("The console is rendered by the relay's own server; start it with npm start");
  return found;
}
