import type { IncomingMessage } from "node:http";
import { AppError } from "@signalbox/api";

type Asked = Pick<IncomingMessage, "url" | "rawHeaders">;

/** Why a request cannot be understood in one way only, or null: an address that is none, such as `//`, or two Hosts. */
export function oddity({ url = "/", rawHeaders }: Asked): AppError | null {
  const names = rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === "host");
  if (names.length > 1) return new AppError("Invalid", "The request names two Hosts", { next: "Name one." });
  if (URL.canParse(url, "http://relay")) return null;
  return new AppError("Invalid", "The request's address is no address", {
    next: "Ask for a path that begins with one /.",
  });
}

/** The address that a request asks for; Invalid for an odd one. */
export function askedFor(req: Asked): URL {
  const odd = oddity(req);
  if (odd) throw odd;
  return new URL(req.url ?? "/", "http://relay");
}
