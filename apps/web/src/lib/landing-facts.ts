/** What a workspace's metadata says about its landing, read without trust (CON-30, CON-31). */
export interface LandingFacts {
  /** An http or https address that can be a link. */
  link: { href: string; text: string } | null;
  /** A pull request's address that must not be a link. */
  plain: string | null;
  error: string | null;
}

const textOf = (value: unknown): string | null => (typeof value === "string" && value.trim() ? value : null);

function linkText(href: string): string {
  const number = /\/pull\/(\d+)/.exec(href)?.[1];
  return number ? `PR #${number}` : "View";
}

export function landingFacts(metadata: Record<string, unknown>): LandingFacts {
  const result = (metadata.landResult ?? {}) as { prUrl?: unknown; error?: unknown };
  const url = textOf(result.prUrl);
  const safe = url && /^https?:\/\//i.test(url) && URL.canParse(url);
  return {
    link: url && safe ? { href: url, text: linkText(url) } : null,
    plain: url && !safe ? url : null,
    error: textOf(result.error) ?? textOf(metadata.landError),
  };
}
