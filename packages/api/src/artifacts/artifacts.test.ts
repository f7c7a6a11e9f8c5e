import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { eachEngine } from "@signalbox/db/testing";
import { expect, onTestFinished, test } from "vitest";
import { startAgent, type TestRelay, testRelay } from "../testing/relay.ts";
import { agentWithWorkspace } from "../testing/workspaces.ts";
import { digestOf } from "./blobs.ts";
import { dropOrphans, expireArtifacts } from "./expiry.ts";
import { ArtifactKind } from "./schema.ts";

const MiB = 1024 * 1024;
const dayMs = 24 * 60 * 60 * 1000;
const file = { name: "build.log", text: "all is well\n" };

eachEngine("artifacts", (open) => {
  async function given() {
    const dir = mkdtempSync(join(tmpdir(), "signalbox-artifacts-"));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const it = await testRelay(await open(), dir);
    const host = await it.host();
    return { it, host, dir, admin: await it.as() };
  }
  /** Names of all stored files. */
  const stored = (dir: string) =>
    readdirSync(dir, { recursive: true, withFileTypes: true }).flatMap((one) => (one.isFile() ? [one.name] : []));
  const pathOf = (dir: string, sha256: string) => join(dir, sha256.slice(0, 2), sha256);
  const records = (it: TestRelay) => it.services.db.client.activity.findMany({ where: { kind: "artifact" } });

  test("[MCP-50] [MCP-51] the record says what was uploaded, and the bytes come back as they were", async () => {
    const { it, dir, admin } = await given();
    const made = await admin.artifacts.upload({ ...file, kind: "log" });
    const sha256 = digestOf(Buffer.from(file.text));
    expect(made).toEqual({
      id: expect.stringMatching(/^art_/),
      name: "build.log",
      contentType: "text/plain; charset=utf-8",
      size: 12,
      sha256,
      kind: "log",
      sensitivity: "normal",
      createdBy: "admin",
      createdAt: "2026-01-01T00:00:00.000Z",
      expiresAt: "2026-01-31T00:00:00.000Z",
    });
    const bytes = Buffer.from([0, 255, 10, 13, 128]);
    const image = { name: "größe 🚦.png", base64: bytes.toString("base64"), contentType: "image/png" };
    const other = await admin.artifacts.upload(image);
    expect(other).toMatchObject({ kind: "other", contentType: "image/png", size: 5, name: image.name });
    const content = await admin.artifacts.content({ artifactId: other.id });
    expect(content).toEqual({ artifact: other, base64: image.base64 });
    expect(statSync(pathOf(dir, sha256)).mode & 0o777).toBe(0o600);
    for (const wrong of [{ kind: "film" }, { sensitivity: "secret" }, { name: "" }, { name: "x".repeat(201) }]) {
      await expect(admin.artifacts.upload({ ...file, ...wrong } as never)).rejects.toMatchObject({
        code: "BAD_REQUEST",
      });
    }
    for (const contentType of ["text", "text/html\r\nset-cookie: a=b", "a/b c"]) {
      await expect(admin.artifacts.upload({ ...file, contentType })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    }
    expect(ArtifactKind.options).toEqual(["log", "patch", "image", "document", "archive", "data", "other"]);
    const kept = await records(it);
    expect(kept.map(({ title }) => title).sort()).toEqual(["Uploaded build.log", "Uploaded größe 🚦.png"]);
    expect(JSON.stringify(kept)).not.toContain("all is well");
  });

  test("[MCP-52] exactly one of text and base64, within the setting, and within 5 MiB over MCP", async () => {
    const { it, dir, admin } = await given();
    const over = await it.as({}, { transport: "mcp" });
    const five = "x".repeat(5 * MiB);
    await expect(admin.artifacts.upload({ name: "n" })).rejects.toThrow("exactly one of text and base64");
    await expect(admin.artifacts.upload({ name: "n", text: "a", base64: "YQ==" })).rejects.toThrow("exactly one");
    for (const base64 of ["a", "a===", "####", "YQ=", "YQ==YQ=="]) {
      await expect(admin.artifacts.upload({ name: "n", base64 })).rejects.toMatchObject({
        details: { field: "base64" },
      });
    }
    expect(stored(dir)).toEqual([]);
    expect(await over.artifacts.upload({ name: "n", text: five })).toMatchObject({ size: 5 * MiB });
    const tooLarge = { reason: "Invalid", details: { field: "text", limit: 5 * MiB } };
    await expect(over.artifacts.upload({ name: "n", text: `${five}x` })).rejects.toMatchObject(tooLarge);
    expect(await admin.artifacts.upload({ name: "n", text: `${five}x` })).toMatchObject({ size: 5 * MiB + 1 });
    await admin.settings.put({ key: "artifacts.largestMiB", value: 1 });
    const small = { details: { field: "text", limit: MiB } };
    await expect(admin.artifacts.upload({ name: "n", text: five })).rejects.toMatchObject(small);
    await expect(over.artifacts.upload({ name: "n", text: five })).rejects.toMatchObject(small);
  });

  test("[MCP-53] equal content is stored once; one that is damaged or gone is not served, and healed by an upload", async () => {
    const { dir, admin } = await given();
    const [one, two] = [await admin.artifacts.upload(file), await admin.artifacts.upload({ ...file, name: "again" })];
    expect([one.sha256, stored(dir)]).toEqual([two.sha256, [one.sha256]]);
    const read = () => admin.artifacts.content({ artifactId: one.id });
    const refused = { reason: "Unavailable", message: expect.stringContaining(one.id) };
    writeFileSync(pathOf(dir, one.sha256), "all is lost\n");
    await expect(read()).rejects.toMatchObject(refused);
    await admin.artifacts.upload(file);
    expect((await read()).base64).toBe(Buffer.from(file.text).toString("base64"));
    rmSync(pathOf(dir, one.sha256));
    await expect(read()).rejects.toMatchObject(refused);
  });

  test("[MCP-54] a link is to something that there is, and once", async () => {
    const { it, host, admin } = await given();
    const agent = await agentWithWorkspace(it, host);
    const { id: artifactId } = await admin.artifacts.upload(file);
    const activity = await it.services.db.client.activity.findFirstOrThrow();
    const subjects = [
      ["workspace", agent.workspaceId],
      ["agent", agent.agentId],
      ["command", agent.commandId],
      ["activity", activity.id],
    ] as const;
    for (const [subject, subjectId] of subjects) {
      for (let time = 0; time < 2; time += 1) {
        const answer = await admin.artifacts.attach({ artifactId, subject, subjectId });
        expect(answer).toEqual({ ok: true, artifactId, subject, subjectId });
      }
      const belonging = await admin.artifacts.list({ subject, subjectId });
      expect(belonging.items.map(({ id }) => id)).toEqual([artifactId]);
    }
    const { links } = await admin.artifacts.get({ artifactId });
    expect(links.map(({ subject, subjectId }) => [subject, subjectId]).sort()).toEqual([...subjects].sort());
    expect((await records(it)).filter(({ title }) => title.startsWith("Attached"))).toHaveLength(4);
    for (const [subject] of [...subjects, ["message"] as const]) {
      const unknown = admin.artifacts.attach({ artifactId, subject, subjectId: "7" });
      await expect(unknown).rejects.toMatchObject({ reason: "NotFound", details: { field: "subjectId" } });
    }
    const [subject, subjectId] = subjects[0];
    const none = admin.artifacts.attach({ artifactId: "art_none", subject, subjectId });
    await expect(none).rejects.toMatchObject({ reason: "NotFound", details: { field: "artifactId" } });
  });

  test("[MCP-55] [MCP-56] an agent reads its own and what is linked to it or its workspace; what is sensitive only who made it", async () => {
    const { it, host, admin } = await given();
    const [maker, owner] = [await agentWithWorkspace(it, host), await agentWithWorkspace(it, host)];
    const stranger = await startAgent(it, host);
    const viewer = await it.as({ profile: "viewer" });
    const up = async (sensitivity: "normal" | "sensitive") =>
      (await maker.runner.artifacts.upload({ ...file, sensitivity })).id;
    const readers = { maker: maker.runner, owner: owner.runner, stranger: stranger.runner, viewer, admin };
    /** Who reads it; a list and a single one agree. */
    const who = async (artifactId: string) => {
      const found: string[] = [];
      for (const [name, { artifacts }] of Object.entries(readers)) {
        const refusal = await artifacts.get({ artifactId }).then(
          () => null,
          (error) => error,
        );
        const one = refusal === null;
        if (!one) expect(refusal).toMatchObject({ reason: "NotFound" });
        const bytes = await artifacts.content({ artifactId }).then(
          () => true,
          () => false,
        );
        const listed = (await artifacts.list({})).items.some(({ id }) => id === artifactId);
        expect([name, one, bytes]).toEqual([name, listed, listed]);
        if (one) found.push(name);
      }
      return found;
    };
    const [normal, toOwner, sensitive] = [await up("normal"), await up("normal"), await up("sensitive")];
    expect(await who(normal)).toEqual(["maker", "viewer", "admin"]);
    expect(await who(sensitive)).toEqual(["maker", "admin"]);
    await maker.runner.artifacts.attach({ artifactId: normal, subject: "workspace", subjectId: owner.workspaceId });
    await maker.runner.artifacts.attach({ artifactId: toOwner, subject: "agent", subjectId: owner.agentId });
    await maker.runner.artifacts.attach({ artifactId: sensitive, subject: "agent", subjectId: owner.agentId });
    expect(await who(normal)).toEqual(["maker", "owner", "viewer", "admin"]);
    expect(await who(toOwner)).toEqual(["maker", "owner", "viewer", "admin"]);
    expect(await who(sensitive)).toEqual(["maker", "admin"]);
    // What it cannot read it cannot pass on.
    const pass = { artifactId: normal, subject: "agent" as const, subjectId: stranger.agentId };
    await expect(stranger.runner.artifacts.attach(pass)).rejects.toMatchObject({ reason: "NotFound" });
    for (const reader of [maker.runner, viewer])
      await expect(reader.artifacts.remove({ artifactId: normal })).rejects.toMatchObject({ reason: "Forbidden" });
    await expect(viewer.artifacts.upload(file)).rejects.toMatchObject({ reason: "Forbidden" });
    await admin.artifacts.remove({ artifactId: normal });
    expect(await who(normal)).toEqual([]);
  });

  test("[MCP-55] lists go on where they ended, the newest first, of one kind where asked", async () => {
    const { admin } = await given();
    const made: string[] = [];
    for (let number = 0; number < 5; number += 1)
      made.unshift((await admin.artifacts.upload({ ...file, kind: number % 2 ? "patch" : "log" })).id);
    const first = await admin.artifacts.list({ limit: 2 });
    const second = await admin.artifacts.list({ limit: 200, cursor: first.nextCursor ?? "" });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made);
    expect(second.nextCursor).toBeNull();
    expect((await admin.artifacts.list({ kind: "patch" })).items).toHaveLength(2);
  });

  test("[MCP-58] an artifact goes when its time is over and its workspace with it; its content with the last that uses it", async () => {
    const { it, host, dir, admin } = await given();
    const agent = await agentWithWorkspace(it, host);
    const loose = await admin.artifacts.upload(file);
    const held = await admin.artifacts.upload({ ...file, name: "held" });
    const linked = { artifactId: held.id, subject: "workspace" as const, subjectId: agent.workspaceId };
    await admin.artifacts.attach(linked);
    const left = async () => (await admin.artifacts.list({})).items.map(({ id }) => id).sort();
    it.advance(30 * dayMs - 1);
    await expireArtifacts(it.services);
    expect(await left()).toEqual([loose.id, held.id].sort());
    it.advance(2);
    await expireArtifacts(it.services);
    expect([await left(), stored(dir)]).toEqual([[held.id], [held.sha256]]);
    await it.services.db.client.workspace.update({ where: { id: agent.workspaceId }, data: { status: "removed" } });
    await expireArtifacts(it.services);
    expect([await left(), stored(dir)]).toEqual([[], []]);
    expect(await it.services.db.client.artifactLink.count()).toBe(0);
  });

  test("[MCP-58] a content that no record uses goes with the last record, or as an orphan once it is old", async () => {
    const { it, dir, admin } = await given();
    const [one, two] = [await admin.artifacts.upload(file), await admin.artifacts.upload(file)];
    await admin.artifacts.remove({ artifactId: one.id });
    expect(stored(dir)).toEqual([one.sha256]);
    await admin.artifacts.remove({ artifactId: two.id });
    expect(stored(dir)).toEqual([]);
    await expect(admin.artifacts.remove({ artifactId: two.id })).rejects.toMatchObject({ reason: "NotFound" });

    const used = await admin.artifacts.upload(file);
    const [left, lost] = [`${used.sha256}.left`, `${digestOf(Buffer.from("lost"))}.left`];
    for (const name of [left, lost]) {
      const path = join(dir, name.slice(0, 2), name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, name === lost ? "lost" : "half");
      utimesSync(path, 0, 0);
    }
    const [young, old] = [
      await it.services.blobs.put(Buffer.from("young")),
      await it.services.blobs.put(Buffer.from("old")),
    ];
    const hoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    for (const sha256 of [used.sha256, old]) utimesSync(pathOf(dir, sha256), hoursAgo, hoursAgo);
    await dropOrphans(it.services);
    // What a crash left half is gone, what it left whole under another name was an orphan like any other.
    expect(stored(dir).sort()).toEqual([used.sha256, young].sort());
  });

  test("[MCP-53] uploads and removals of the same content at once never leave a record without its bytes", async () => {
    const { dir, admin } = await given();
    let kept = await admin.artifacts.upload(file);
    for (let round = 0; round < 5; round += 1) {
      const [next] = await Promise.all([admin.artifacts.upload(file), admin.artifacts.remove({ artifactId: kept.id })]);
      kept = next;
      expect((await admin.artifacts.content({ artifactId: kept.id })).artifact.id).toBe(kept.id);
    }
    await admin.artifacts.remove({ artifactId: kept.id });
    expect(stored(dir)).toEqual([]);
  });
});
