import type { IncomingMessage } from "node:http";
import { AppError } from "@signalbox/api";

/** The address that a request asks for; Invalid for what is none, such as `//`. */
export function askedFor({ url = "/" }: Pick<IncomingMessage, "url">): URL {
  if (URL.canParse(url, "http://relay")) return new URL(url, "http://relay");
  throw new AppError("Invalid", "The request's address is no address", {
    next: "Ask for a path that begins with one /.",
  });
}
