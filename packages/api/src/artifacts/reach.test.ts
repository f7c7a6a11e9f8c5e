import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eachEngine } from "@signalbox/db/testing";
import { expect, onTestFinished, test } from "vitest";
import type { Services } from "../context.ts";
import { type Member, team } from "../testing/messages.ts";
import { testRelay } from "../testing/relay.ts";
import { agentWithWorkspace } from "../testing/workspaces.ts";
import { expireArtifacts } from "./expiry.ts";

type Client = Services["db"]["client"];

const dayMs = 24 * 60 * 60 * 1000;
const file = { name: "build.log", text: "all is well\n" };

/** The same database, and what is asked of it. */
function watched(services: Services) {
  const asked: { model: string; args: string }[] = [];
  const client = services.db.client.$extends({
    query: {
      $allModels: {
        $allOperations({ model, args, query }) {
          asked.push({ model, args: JSON.stringify(args) });
          return query(args);
        },
      },
    },
  }) as unknown as Client;
  return { db: { ...services.db, client }, asked };
}

eachEngine("reach of artifacts", (open) => {
  async function given() {
    const dir = mkdtempSync(join(tmpdir(), "signalbox-artifacts-"));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    return testRelay(await open(), dir);
  }

  /** Links an artifact to that many new messages, from a number on, to an agent. */
  async function messages(client: Client, artifactId: string, { from = 1, count = 1, to = "shell-none22" }) {
    const createdAt = new Date(0);
    const ids = Array.from({ length: count }, (_, index) => from + index);
    const sender = { senderKind: "person", senderName: "Jo", senderKey: "token:t", target: to };
    const content = { body: "hi", priority: "normal", delivery: "wait", replyExpected: false, deliverWithin: 600 };
    await client.message.createMany({ data: ids.map((id) => ({ id, ...sender, ...content, createdAt })) });
    const state = { agentId: to, state: "delivered", rung: "injected", acceptedAt: createdAt };
    await client.delivery.createMany({ data: ids.map((messageId) => ({ messageId, ...state })) });
    const link = { artifactId, subject: "message", linkedBy: "Jo", createdAt };
    await client.artifactLink.createMany({ data: ids.map((id) => ({ ...link, subjectId: String(id) })) });
  }

  test("[MCP-55] reading one asks for its own links, a list for the agent's own messages, however many others there are", async () => {
    const it = await given();
    const { agents } = await team(it, 1);
    const [ann] = agents as [Member];
    const admin = await it.as();
    const { client } = it.services.db;
    const [busy, mine, other] = [
      await admin.artifacts.upload(file),
      await admin.artifacts.upload(file),
      await admin.artifacts.upload({ ...file, sensitivity: "sensitive" }),
    ];
    await messages(client, busy.id, { from: 100_000, count: 1_200 });
    await messages(client, busy.id, { from: 200_000, to: ann.id });
    await messages(client, mine.id, { from: 300_000, to: ann.id });
    await messages(client, other.id, { from: 400_000 });
    const { db, asked } = watched(it.services);
    const seen = it.callWith(ann.token, { db });
    expect((await seen.artifacts.list({})).items.map(({ id }) => id)).toEqual([mine.id, busy.id]);
    expect((await seen.artifacts.get({ artifactId: mine.id })).id).toBe(mine.id);
    await expect(seen.artifacts.get({ artifactId: other.id })).rejects.toMatchObject({ reason: "NotFound" });
    expect(asked.some(({ model }) => model === "ArtifactLink")).toBe(true);
    expect(asked.filter(({ args }) => args.includes("100000"))).toEqual([]);
    // Also where its own message is the last of many.
    expect((await seen.artifacts.content({ artifactId: busy.id })).artifact.id).toBe(busy.id);
  });

  test("[MCP-55] a list of all that came with very many messages goes on page by page to its end, of one kind too", async () => {
    const it = await given();
    const { agents } = await team(it, 1);
    const [ann] = agents as [Member];
    const { client } = it.services.db;
    const made = await (await it.as()).artifacts.upload({ ...file, sensitivity: "sensitive" });
    const row = await client.artifact.findUniqueOrThrow({ where: { id: made.id } });
    const all = Array.from({ length: 1_100 }, (_, n) => ({
      ...row,
      id: `art_x${String(n).padStart(4, "0")}`,
      kind: n % 500 ? "other" : "log",
    }));
    await client.artifact.createMany({ data: all });
    await messages(client, made.id, { from: 10_000, count: all.length, to: ann.id });
    await client.artifactLink.createMany({
      // The newest artifact came with the oldest message.
      data: all.map(({ id }, n) => ({
        artifactId: id,
        subject: "message",
        subjectId: String(11_099 - n),
        linkedBy: "Jo",
        createdAt: new Date(0),
      })),
    });
    const pages = async (more: object) => {
      const found: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await ann.runner.artifacts.list({ limit: 200, ...more, ...(cursor ? { cursor } : {}) });
        found.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      }
      return found;
    };
    const ids = all.map(({ id }) => id).reverse();
    expect(await pages({})).toEqual([...ids, made.id]);
    expect(await pages({ kind: "log", limit: 2 })).toEqual(["art_x1000", "art_x0500", "art_x0000"]);
    expect(await pages({ subject: "message", subjectId: "10000" })).toEqual(["art_x1099", made.id]);
  });

  test("[MCP-54] a message of any number that there can be is found, and only as it is written", async () => {
    const it = await given();
    const admin = await it.as();
    const { id: artifactId } = await admin.artifacts.upload(file);
    const largest = 2_147_483_647;
    await messages(it.services.db.client, (await admin.artifacts.upload(file)).id, { from: largest });
    for (const subjectId of [
      `0${largest}`,
      `+${largest}`,
      `${largest}.0`,
      `${largest + 1}`,
      "2147483647e0",
      "-1",
      "x",
    ]) {
      const unknown = admin.artifacts.attach({ artifactId, subject: "message", subjectId });
      await expect(unknown).rejects.toMatchObject({ reason: "NotFound", details: { field: "subjectId" } });
    }
    const subjectId = String(largest);
    expect(await admin.artifacts.attach({ artifactId, subject: "message", subjectId })).toMatchObject({ subjectId });
  });

  test("[MCP-58] what many links keep is found out in few queries, and each kind of link keeps it alone", async () => {
    const it = await given();
    const host = await it.host();
    const agent = await agentWithWorkspace(it, host);
    const admin = await it.as();
    const { client } = it.services.db;
    const made = [];
    for (let number = 0; number < 6; number += 1) made.push(await admin.artifacts.upload(file));
    const [many, one, working, gone, over, toAgent] = made.map(({ id }) => id) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const link = (artifactId: string, subject: string, subjectId: string) =>
      client.artifactLink.create({ data: { artifactId, subject, subjectId, linkedBy: "Jo", createdAt: new Date(0) } });
    await messages(client, many, { from: 1_000, count: 700 });
    await messages(client, one, { from: 5_000 });
    await link(working, "workspace", agent.workspaceId);
    for (let id = 70; id < 100; id += 1) await link(gone, "message", String(id));
    await link(over, "workspace", "ws_gone");
    await link(toAgent, "agent", agent.agentId);
    it.advance(31 * dayMs);
    const { db, asked } = watched(it.services);
    await expireArtifacts({ ...it.services, db });
    const left = await client.artifact.findMany({ select: { id: true } });
    expect(left.map(({ id }) => id).sort()).toEqual([many, one, working].sort());
    expect(asked.length).toBeLessThan(15);
  });
});
