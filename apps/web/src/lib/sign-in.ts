/** The code of a one-time link: `#code=…`; null without one. */
export const codeInFragment = (fragment: string): string | null =>
  new URLSearchParams(fragment.replace(/^#/, "")).get("code");

/** The address to go on to after signing in: only one of the console itself, else the Overview (CON-01). */
export function safeAddress(next: string | null): string {
  const here = "http://console.invalid";
  if (!next?.startsWith("/") || !URL.canParse(next, here)) return "/";
  const url = new URL(next, here);
  return url.origin === here && !url.pathname.startsWith("/sign-in") ? url.pathname + url.search + url.hash : "/";
}
