import { once } from "node:events";
import { statSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { programs, temporary } from "../../test/scene.ts";
import { exec } from "../exec.ts";
import { openBridge } from "./bridge.ts";

const nobody = new URL("http://127.0.0.1:9");

function ask(socketPath: string, method: string, path: string): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const out = request({ socketPath, path, method }, (answer) => {
      let text = "";
      answer.on("data", (part) => {
        text += part;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) }));
    });
    out.on("error", reject);
    out.end(method === "POST" ? "{}" : undefined);
  });
}

test("a relay that stays away is said after a while; nothing but POST /api/mcp is served", async () => {
  using dir = temporary();
  const socket = join(dir.path, "s");
  const bridge = await openBridge({ socket, relay: nobody, token: "t", patienceMs: 1_000 });
  try {
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    const away = await ask(socket, "POST", "/api/mcp");
    expect(away).toMatchObject({
      status: 503,
      body: { code: "Unavailable", message: expect.stringMatching(/127\.0\.0\.1:9 cannot be reached: .* refused$/) },
    });
    for (const [method, path] of [
      ["GET", "/api/mcp"],
      ["POST", "/api/trpc"],
      ["POST", "/api/mcp/../v1/agents"],
    ] as const) {
      expect(await ask(socket, method, path)).toMatchObject({ status: 404, body: { code: "NotFound" } });
    }
  } finally {
    bridge.close();
  }
});

test("[MCP-08] [MCP-52] a call may be as large as the relay takes, and one above that is refused here", async () => {
  using dir = temporary();
  const socket = join(dir.path, "s");
  const sizes: number[] = [];
  const relay = createServer(async (incoming, response) => {
    sizes.push(Buffer.concat(await incoming.toArray()).length);
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  }).listen(0, "127.0.0.1");
  await once(relay, "listening");
  const url = new URL(`http://127.0.0.1:${(relay.address() as AddressInfo).port}`);
  const bridge = await openBridge({ socket, relay: url, token: "t" });
  try {
    const most = 8 * 1024 * 1024;
    const send = async (size: number) => {
      const out = request({ socketPath: socket, path: "/api/mcp", method: "POST" });
      const whole = Promise.all([once(out, "response"), once(out, "finish")]);
      out.end("x".repeat(size));
      const [[answer]] = await whole;
      answer.resume();
      return answer.statusCode;
    };
    expect([await send(most), await send(most + 1), await send(most + 2_000_000)]).toEqual([200, 413, 413]);
    expect(sizes).toEqual([most]);
  } finally {
    bridge.close();
    relay.close();
  }
});

test("sbx says what is wrong and ends with 1: no session, wrong words, a relay that is away", async () => {
  using dir = temporary();
  const socket = join(dir.path, "s");
  const bridge = await openBridge({ socket, relay: nobody, token: "t", patienceMs: 100 });
  const sbx = async (...words: string[]) =>
    exec(process.execPath, [join(await programs(), "sbx.mjs"), ...words], { env: {} });
  try {
    expect(await sbx("whoami")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^Unavailable: sbx needs an agent's session/),
    });
    expect(await sbx("--socket", socket, "dance")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Invalid: dance is not a command/),
    });
    expect(await sbx("--socket", socket, "tool", "relay_whoami", "[1]")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("is not a JSON object"),
    });
    const away = await sbx("--socket", socket, "whoami");
    expect(away).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^Unavailable: The relay at http:\/\/127\.0\.0\.1:9 cannot be reached: the connection was refused\nTry again later/,
      ),
    });
    expect(await sbx("--socket", join(dir.path, "none"), "whoami")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("runner does not answer"),
    });
    expect(await sbx("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("sbx tool") });
  } finally {
    bridge.close();
  }
});
