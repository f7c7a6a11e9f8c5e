import type { Operation } from "../../../apps/web/src/server/rest-operations.ts";
import type { Procedure } from "./surface.ts";

/** What a door answered: `ok`, or the code of the refusal. */
export interface Answer {
  status: number;
  code: string;
  text: string;
}

export type Headers = Record<string, string>;

let callers = 0;
/** Headers of a caller from an address of its own, so that failed attempts of one do not count against another (IDN-55). */
export function headersOf(token: string | null): Headers {
  callers += 1;
  const from = `198.51.${(callers >> 8) & 255}.${callers & 255}`;
  return { "x-forwarded-for": from, ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
}

const json = { "content-type": "application/json" };

const known = /"code":"(NotFound|Invalid|Forbidden|Unauthenticated|Conflict|QuotaReached|Unavailable|Internal)"/;
const codeIn = (text: string): string | undefined => known.exec(text)?.[1];

/** The answer of a door that says by its status whether it refused. */
export async function read(response: Response): Promise<Answer> {
  const { status } = response;
  const text = await response.text();
  return { status, code: status < 400 ? "ok" : (codeIn(text) ?? `HTTP ${status}`), text };
}

/** A procedure over tRPC's HTTP. */
export function overTrpc(url: string, { path, type }: Procedure, input: unknown, headers: Headers): Promise<Answer> {
  const given = JSON.stringify({ json: input });
  const address = `${url}/api/trpc/${path}`;
  if (type === "mutation")
    return fetch(address, { method: "POST", headers: { ...headers, ...json }, body: given }).then(read);
  return fetch(`${address}?input=${encodeURIComponent(given)}`, { headers }).then(read);
}

/** A stream over tRPC's HTTP: its first item or refusal; after `patienceMs` without either it counts as open. */
export async function overStream(
  url: string,
  { path }: Procedure,
  input: unknown,
  headers: Headers,
  patienceMs: number,
): Promise<Answer> {
  const address = `${url}/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), patienceMs);
  let text = "";
  try {
    const response = await fetch(address, {
      headers: { ...headers, accept: "text/event-stream" },
      signal: stop.signal,
    });
    if (!response.ok) return await read(response);
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (/event: serialized-error\n|^data: .*"json"/m.test(text)) break;
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  const refused = text.split("event: serialized-error\n")[1];
  return { status: 200, code: refused === undefined ? "ok" : (codeIn(refused) ?? "no code"), text };
}

/** An operation over REST. */
export function overRest(
  url: string,
  { method, segments, fields, query }: Operation,
  input: Record<string, unknown>,
  headers: Headers,
) {
  const path = segments.map((part) =>
    part.startsWith("{") ? encodeURIComponent(String(input[part.slice(1, -1)])) : part,
  );
  const rest = Object.entries(input).filter(([name]) => !fields.includes(name));
  const address = new URL(`${url}/api/v1/${path.join("/")}`);
  if (!query) {
    const body = JSON.stringify(Object.fromEntries(rest));
    return fetch(address, { method, headers: { ...headers, ...json }, body }).then(read);
  }
  for (const [name, value] of rest) for (const one of [value].flat()) address.searchParams.append(name, String(one));
  return fetch(address, { method, headers }).then(read);
}

/** A tool over MCP: a refusal is a result that is marked as an error, or an error of the protocol. */
export async function overMcp(url: string, name: string, input: unknown, headers: Headers): Promise<Answer> {
  const params = { name, arguments: input };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
  const answer = await read(await fetch(`${url}/api/mcp`, { method: "POST", headers: { ...headers, ...json }, body }));
  if (answer.code !== "ok") return answer;
  const said = JSON.parse(answer.text) as { error?: unknown; result?: { isError?: boolean } };
  if (said.error) return { ...answer, code: "Invalid" };
  return said.result?.isError ? { ...answer, code: codeIn(answer.text) ?? "no code" } : answer;
}
