import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { agentByHand } from "../support/agents.ts";
import { clientOf, refusal } from "../support/client.ts";
import { eras, overHttp, throughBridge } from "../support/mcp.ts";
import { type Signalbox, startSignalbox } from "../support/signalbox.ts";

vi.setConfig({ testTimeout: 120_000 });

let box: Signalbox;
let handToken: string;
const agentId = "claude-byhand";
beforeAll(async () => {
  box = await startSignalbox();
  handToken = await agentByHand({ admin: box.admin, url: box.relay.url }, agentId);
});
afterAll(() => box?.[Symbol.asyncDispose]());

const MiB = 1024 * 1024;
const at = (path: string) => `${box.relay.url}/api/v1${path}`;
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const json = { "content-type": "application/json" };

const post = (body: string, headers: Record<string, string>) =>
  fetch(at("/artifacts"), { method: "POST", headers: { ...json, ...headers }, body });

test("[MCP-57] content is sent to be saved, never to be shown, whatever its name and type say", async () => {
  const html = "<script>alert(document.domain)</script>";
  const names = ["page.html", 'a"; filename="evil.html', "größe 🚦.html", "x\r\nset-cookie: a=b", "half \ud83d"];
  for (const name of names) {
    const uploaded = await box.admin.artifacts.upload.mutate({ name, text: html, contentType: "text/html" });
    const answer = await fetch(at(`/artifacts/${uploaded.id}/content`), { headers: bearer(box.adminToken) });
    expect([answer.status, await answer.text()]).toEqual([200, html]);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-type")).toBe("text/html");
    expect(answer.headers.get("content-security-policy")).toMatch(/^sandbox/);
    expect(answer.headers.get("set-cookie")).toBeNull();
    const disposition = answer.headers.get("content-disposition") ?? "";
    const [, plain, whole = ""] =
      /^attachment; filename="([\w .()+-]*)"; filename\*=UTF-8''(\S+)$/.exec(disposition) ?? [];
    expect(plain).toBeDefined();
    expect(decodeURIComponent(whole)).toBe(uploaded.name);
  }
});

test("[MCP-55] who may not read an artifact gets neither its record nor its bytes at any door", async () => {
  const { id } = await box.admin.artifacts.upload.mutate({ name: "n", text: "not for everybody" });
  for (const path of [`/artifacts/${id}`, `/artifacts/${id}/content`]) {
    const answer = await fetch(at(path), { headers: bearer(handToken) });
    const text = await answer.text();
    expect([path, answer.status, text.includes("not for everybody")]).toEqual([path, 404, false]);
    expect((await fetch(at(path))).status).toBe(401);
  }
  const mine = clientOf(box.relay.url, handToken);
  expect(await refusal(mine.artifacts.content.query({ artifactId: id }))).toMatchObject({ code: "NotFound" });
});

test("[MCP-52] 50 MiB go through REST and tRPC, more go through neither", async () => {
  const bytes = Buffer.alloc(50 * MiB, "signalbox");
  const body = (size: number) => JSON.stringify({ name: "big", base64: bytes.subarray(0, size).toString("base64") });
  const headers = bearer(box.adminToken);
  const made = await post(body(50 * MiB), headers);
  expect(made.status).toBe(200);
  const { id, size } = (await made.json()) as { id: string; size: number };
  expect(size).toBe(50 * MiB);
  const back = await fetch(at(`/artifacts/${id}/content`), { headers });
  expect(Buffer.from(await back.arrayBuffer()).equals(bytes)).toBe(true);
  const again = await box.admin.artifacts.upload.mutate({ name: "big", base64: bytes.toString("base64") });
  expect(again.size).toBe(50 * MiB);

  const over = Buffer.concat([bytes, Buffer.from("!")]).toString("base64");
  const refused = await post(JSON.stringify({ name: "big", base64: over }), headers);
  expect([refused.status, await refused.json()]).toMatchObject([400, { code: "Invalid", limit: 50 * MiB }]);
  expect((await post("x".repeat(73 * MiB), headers)).status).toBe(413);
});

test.each(["/api/v1/artifacts", "/api/trpc/artifacts.upload"])(
  "[MCP-52] at %s a caller who may not upload is refused before its body is read",
  async (path) => {
    const { text: viewer } = await box.admin.tokens.create.mutate({ name: "Viewer", profile: "viewer" });
    for (const [status, headers] of [
      [401, {}],
      [401, bearer("sbx_wrong")],
      [403, bearer(viewer)],
    ] as const) {
      const options = { method: "POST", headers: { ...json, ...headers, "content-length": 60 * MiB } };
      const out = request(`${box.relay.url}${path}`, options);
      out.on("error", () => undefined);
      out.write('{"name":"big","base64":"');
      const [answer] = await once(out, "response");
      expect(answer.statusCode).toBe(status);
      out.destroy();
    }
  },
);

describe.each([
  ["over HTTP", overHttp],
  ["through signalbox mcp", throughBridge],
] as const)("%s", (_, way) => {
  test.each(eras)("[MCP-20][MCP-52][MCP-54] an agent of era %s uploads and attaches with its tools", async (era) => {
    await using agent = await way({ url: box.relay.url, token: handToken, era });
    const use = async (name: string, args: Record<string, unknown>) =>
      (await agent.callTool({ name, arguments: args })).structuredContent as Record<string, unknown>;
    const made = await use("relay_upload_artifact", { name: "build.log", text: "größe 🚦", kind: "log" });
    expect(made).toMatchObject({ name: "build.log", kind: "log", createdBy: agentId, sensitivity: "normal" });
    const link = { artifactId: made.id, subject: "agent", subjectId: agentId };
    expect(await use("relay_attach_artifact", link)).toEqual({ ok: true, ...link });
    const found = await box.admin.artifacts.list.query({ subject: "agent", subjectId: agentId });
    expect(found.items.map(({ id }) => id)).toContain(made.id);
    const largest = await use("relay_upload_artifact", { name: "n", text: "x".repeat(5 * MiB) });
    expect(largest).toMatchObject({ size: 5 * MiB });
    const over = await use("relay_upload_artifact", { name: "n", text: "x".repeat(5 * MiB + 1) });
    expect(over).toMatchObject({ error: { code: "Invalid", field: "text", limit: 5 * MiB } });
  });
});

test("[MCP-37] the record of a tool call holds nothing of what was uploaded", async () => {
  await using agent = await overHttp({ url: box.relay.url, token: handToken, era: "legacy" });
  const text = "a secret of somebody";
  await agent.callTool({ name: "relay_upload_artifact", arguments: { name: "n", text } });
  const { items } = await box.admin.activity.list.query({ limit: 50 });
  expect(items.some(({ metadata }) => metadata.tool === "relay_upload_artifact")).toBe(true);
  expect(JSON.stringify(items)).not.toContain(text);
});

test("[MCP-59] the OpenAPI document says what a download answers", async () => {
  const answer = await fetch(`${box.relay.url}/api/openapi.json`, { headers: bearer(box.adminToken) });
  const { paths } = (await answer.json()) as { paths: Record<string, { get: { responses: Record<string, object> } }> };
  const download = paths["/api/v1/artifacts/{artifactId}/content"]?.get.responses["200"];
  expect(download).toMatchObject({ content: { "*/*": { schema: { format: "binary" } } } });
});
