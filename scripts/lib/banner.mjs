/** The block printed when everything is up. The sign-in link works once and is shown here only. */
export function banner({ url, signInUrl, host, connected, home }) {
  const lines = [["console", url]];
  if (signInUrl) lines.push(["sign in", `${signInUrl}   (works once)`]);
  if (host) {
    lines.push(["host", connected ? host.id : `${host.id}   (still connecting)`]);
    lines.push(["base dir", `${host.baseDir}   (agents may work here)`]);
  }
  lines.push(["data", home]);
  const stop = host ? "Ctrl-C stops both; agent sessions keep running." : "Ctrl-C stops the relay.";
  return [
    "",
    "  Signalbox is running.",
    "",
    ...lines.map(([name, value]) => `  ${name.padEnd(10)}${value}`),
    "",
    `  ${stop}`,
    "",
  ].join("\n");
}
