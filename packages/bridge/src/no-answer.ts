/** Why a call has no answer, and what to do: whoever made it gets this as the answer. */
export interface NoAnswer {
  message: string;
  /** One sentence. */
  next: string;
}

/** An answer or a call that went away with a connection, where it may have been carried out. */
export function lostOnTheWay(why = ""): NoAnswer {
  return {
    message: `The relay went away during the call, which may have been carried out${why && `: ${why}`}`,
    next: "Look whether it was before you call again.",
  };
}

/** A relay that was not reached in time. */
export function awayFrom({ origin }: URL, why: string): NoAnswer {
  const wrong = why === unknownName || why.startsWith(untrusted);
  return {
    message: `The relay at ${origin} cannot be reached${why && `: ${why}`}`,
    next: wrong ? "Check its address and certificate." : "Try again later.",
  };
}

const unknownName = "no such name is known";
const untrusted = "its certificate is not trusted";

/** What is wrong with a connection, in words. */
export function whyOf(error: unknown): string {
  const { code = "", message = String(error) } = error as Partial<NodeJS.ErrnoException>;
  if (code === "ECONNREFUSED") return "the connection was refused";
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return unknownName;
  if (code === "ECONNRESET" || code === "EPIPE") return "the connection broke off";
  if (/CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code)) return `${untrusted} (${code})`;
  if (code === "EPROTO") return "it does not answer over TLS";
  return message;
}
