import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eachEngine } from "@signalbox/db/testing";
import { expect, onTestFinished, test } from "vitest";
import { testRelay } from "../testing/relay.ts";

const MiB = 1024 * 1024;
const text = (letter: string, size: number) => ({ name: letter, text: letter.repeat(size) });

eachEngine("room for artifacts", (open, engine) => {
  async function given() {
    const dir = mkdtempSync(join(tmpdir(), "signalbox-artifacts-"));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const it = await testRelay(await open(), dir);
    const admin = await it.as();
    const files = () => readdirSync(dir, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length;
    return { it, admin, files };
  }

  test("[MCP-61] an upload above the sum that is kept is QuotaReached with sum and limit, and leaves nothing", async () => {
    const { it, admin, files } = await given();
    await admin.settings.put({ key: "artifacts.totalMiB", value: 2 });
    await admin.artifacts.upload(text("a", MiB));
    const half = await admin.artifacts.upload(text("b", MiB / 2));
    await expect(admin.artifacts.upload(text("c", MiB / 2 + 1))).rejects.toMatchObject({
      reason: "QuotaReached",
      message: expect.stringMatching(/hold 1572864 bytes and this one has 524289.*at most 2 MiB \(2097152 bytes\)/),
      details: { limit: 2 * MiB, next: expect.stringContaining("artifacts.totalMiB") },
    });
    expect([files(), await it.services.db.client.artifact.count()]).toEqual([2, 2]);
    await admin.artifacts.upload(text("c", MiB / 2));
    await expect(admin.artifacts.upload(text("d", 1))).rejects.toMatchObject({ reason: "QuotaReached" });
    await admin.artifacts.remove({ artifactId: half.id });
    await admin.artifacts.upload(text("d", MiB / 2));
    await admin.settings.put({ key: "artifacts.totalMiB", value: null });
    await admin.artifacts.upload(text("e", MiB));
  });

  test("[MCP-61] equal content counts once, and what is stored may be uploaded again when the place is full", async () => {
    const { admin, files } = await given();
    await admin.settings.put({ key: "artifacts.totalMiB", value: 1 });
    for (let time = 0; time < 4; time += 1) await admin.artifacts.upload(text("a", MiB / 2));
    await admin.artifacts.upload(text("b", MiB / 2));
    await admin.artifacts.upload(text("b", MiB / 2));
    expect(files()).toBe(2);
    await expect(admin.artifacts.upload(text("c", 1))).rejects.toMatchObject({ reason: "QuotaReached" });
  });

  test("[MCP-61] of uploads at once what goes above is refused, and its content does not stay", async () => {
    const { admin, files } = await given();
    await admin.settings.put({ key: "artifacts.totalMiB", value: 1 });
    const uploads = ["a", "b", "c", "d", "e"].map((letter) => admin.artifacts.upload(text(letter, MiB / 2)));
    const outcomes = await Promise.allSettled(uploads);
    const refused = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason.reason] : []));
    expect(refused).toEqual(refused.map(() => "QuotaReached"));
    const taken = outcomes.length - refused.length;
    expect([taken, files()]).toEqual([engine === "sqlite" ? 2 : Math.max(2, taken), taken]);
  });

  test("[MCP-61] a sum beyond what a number of the database's holds is counted as well", async () => {
    const { it, admin } = await given();
    const made = await admin.artifacts.upload(text("a", 10));
    const row = await it.services.db.client.artifact.findUniqueOrThrow({ where: { id: made.id } });
    const large = ["x", "y", "z"].map((id) => ({ ...row, id, sha256: id, size: 2_000_000_000 }));
    await it.services.db.client.artifact.createMany({ data: large });
    await expect(admin.artifacts.upload(text("b", 10))).rejects.toMatchObject({
      reason: "QuotaReached",
      message: expect.stringContaining("6000000010 bytes"),
    });
    await admin.settings.put({ key: "artifacts.totalMiB", value: 6_000 });
    await admin.artifacts.upload(text("b", 10));
  });
});
