import { bytes } from "../../lib/bytes.ts";
import type { Host } from "../../lib/types.ts";
import classes from "./Hosts.module.css";
import { Meter } from "./Meter.tsx";

/** Room, load, memory and free disk of one host (CON-36). */
export function HostMeters({ host: { vitals, liveSessions, maxSessions } }: { host: Host }) {
  const used = vitals ? vitals.memoryTotalBytes - vitals.memoryFreeBytes : 0;
  return (
    <div className={classes.meters}>
      <Meter
        label="Sessions"
        value={`${liveSessions} / ${maxSessions}`}
        part={liveSessions / maxSessions}
        about={`${Math.max(0, maxSessions - liveSessions)} free`}
      />
      <Meter label="Load" value={vitals ? vitals.load.toFixed(2) : "–"} about="average of a minute" />
      <Meter
        label="Memory used"
        value={vitals ? bytes(used) : "–"}
        part={vitals ? used / vitals.memoryTotalBytes : undefined}
        about={vitals ? `of ${bytes(vitals.memoryTotalBytes)}` : undefined}
      />
      <Meter label="Disk free" value={vitals?.diskFreeBytes ? bytes(vitals.diskFreeBytes) : "–"} />
    </div>
  );
}
