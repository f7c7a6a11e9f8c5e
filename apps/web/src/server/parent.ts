import { issueLocalHostToken, OrchestratorId, type Services } from "@signalbox/api";

/** What the program that started this relay asks over its channel. */
type Ask = { type: "issue-host-token"; orchestratorId: unknown };

/**
 * The channel to the program that started this relay (`npm start`), if there is one: it is told when the relay listens,
 * may ask for the local host's token, and takes the relay with it when it goes. What is said here is never logged.
 */
export function talkToParent(services: Services, ready: { url: string; signInUrl: string }, stop: () => void): void {
  if (!process.send) return;
  const say = (message: object) => void process.send?.(message);
  process.on("disconnect", stop);
  process.on("message", (ask: Ask) => {
    if (ask?.type !== "issue-host-token") return;
    const id = OrchestratorId.safeParse(ask.orchestratorId);
    if (!id.success) {
      say({
        type: "host-token-refused",
        message: `host id ${String(ask.orchestratorId)}: ${id.error.issues[0]?.message}`,
      });
      return;
    }
    issueLocalHostToken(services, id.data).then(
      (token) => say({ type: "host-token", orchestratorId: id.data, token }),
      () => say({ type: "host-token-refused", message: "the database did not take it" }),
    );
  });
  say({ type: "ready", ...ready });
}
