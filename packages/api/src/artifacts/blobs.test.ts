import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { digestOf, fileBlobs } from "./blobs.ts";

const bytes = Buffer.from("all is well\n");
const sha256 = digestOf(bytes);

async function given() {
  const dir = mkdtempSync(join(tmpdir(), "signalbox-blobs-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const blobs = fileBlobs(dir);
  await blobs.put(bytes);
  const stored = () =>
    readdirSync(dir, { recursive: true, withFileTypes: true }).flatMap((one) => (one.isFile() ? [one.name] : []));
  return { blobs, stored };
}

test("[MCP-58] a content that is used is never away, not while it is asked about either", async () => {
  const { blobs, stored } = await given();
  await blobs.drop(sha256, async () => {
    expect([stored(), await blobs.read(sha256)]).toEqual([[sha256], bytes]);
    return true;
  });
  expect(stored()).toEqual([sha256]);
});

test("[MCP-58] a content that comes into use while it is removed stays, also when a sweep gave it its name back", async () => {
  for (const sweeps of [false, true]) {
    const { blobs, stored } = await given();
    const asked: string[][] = [];
    await blobs.drop(sha256, async () => {
      asked.push(stored());
      if (asked.length === 1) return false;
      if (sweeps) await blobs.storedBefore(new Date(Date.now() + 60_000));
      return true;
    });
    expect(asked).toEqual([[sha256], [expect.stringContaining(`${sha256}.`)]]);
    expect([stored(), await blobs.read(sha256)]).toEqual([[sha256], bytes]);
  }
});

test("[MCP-58] a content that nobody uses goes; one that is not there is nobody's trouble", async () => {
  const { blobs, stored } = await given();
  for (let time = 0; time < 2; time += 1) {
    await blobs.drop(sha256, async () => false);
    expect(stored()).toEqual([]);
  }
});
