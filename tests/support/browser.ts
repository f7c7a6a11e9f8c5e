import type { Relay } from "./signalbox.ts";

/** What a browser does before it shows anything: redeems the one-time link. Answers its code and the session's cookie. */
export async function signIn({ url, signInUrl }: Relay): Promise<{ status: number; code: string; cookie: string }> {
  const code = signInUrl.split("#code=")[1] ?? "";
  const answer = await fetch(`${url}/api/trpc/auth.signIn`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify({ json: { code } }),
  });
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  return { status: answer.status, code, cookie };
}

/** Who the relay takes the holder of this cookie for. */
export async function whoamiBy(cookie: string, { url }: Relay): Promise<unknown> {
  const input = encodeURIComponent(JSON.stringify({ json: {} }));
  const answer = await fetch(`${url}/api/trpc/auth.whoami?input=${input}`, { headers: { cookie, origin: url } });
  const { result } = (await answer.json()) as { result?: { data: { json: unknown } } };
  return result?.data.json;
}
