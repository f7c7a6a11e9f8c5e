// A program that speaks the orchestrator's side of the start protocol, for the tests of the start script.
import { appendFileSync, writeFileSync } from "node:fs";

const { RELAY_URL, RELAY_TOKEN, SIGNALBOX_HOST_ID, SIGNALBOX_BASE_DIR, SIGNALBOX_HOME } = process.env;
if (process.argv.includes("--help")) {
  process.stdout.write(`arguments: ${process.argv.slice(2).join(" ")}\n`);
  process.exit(0);
}
writeFileSync(
  `${process.env.PIDS}.env`,
  JSON.stringify({ RELAY_URL, RELAY_TOKEN, SIGNALBOX_HOST_ID, SIGNALBOX_BASE_DIR, SIGNALBOX_HOME }),
);
appendFileSync(process.env.PIDS, `orchestrator ${process.pid}\n`);
process.send({ type: "ready", id: SIGNALBOX_HOST_ID });
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
