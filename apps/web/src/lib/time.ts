const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

const relative = new Intl.RelativeTimeFormat("en", { style: "narrow", numeric: "always" });
const ahead = new Intl.RelativeTimeFormat("en", { style: "long", numeric: "always" });
const absolute = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** How long ago an instant was, as short as it can be said: "now", "12s ago", "3h ago". Times in milliseconds. */
export function ago(at: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
  if (seconds < 5) return "now";
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? units[3];
  return relative.format(-Math.floor(seconds / size), unit).replace("min ago", "m ago");
}

/** The same for an instant that may lie ahead: "in 3 days". */
export function fromNow(at: string, now: number): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  if (seconds <= 0) return ago(at, now);
  const [unit, size] = units.find(([, each]) => seconds >= each) ?? units[3];
  return ahead.format(Math.round(seconds / size), unit);
}

/** Local date and time, to the second. */
export const absoluteTime = (at: string): string => absolute.format(new Date(at));

/** A duration in the two largest units that it has: "850 ms", "4.2 s", "3 min 10 s". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
