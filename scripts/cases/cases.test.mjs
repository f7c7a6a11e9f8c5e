import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../lib/root.mjs";
import { caseArgs } from "./args.mjs";
import { collect } from "./collect.mjs";
import { benchTable, broke, chaosTable } from "./table.mjs";

test("cases run in processes of their own, and one that throws is named", async () => {
  const root = mkdtempSync(join(tmpdir(), "signalbox-cases-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "bench"));
  symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
  const row = '{ name: "pid of " + ctx.seed, value: process.pid as number, unit: ctx.quick ? "quick" : "full" }';
  writeFileSync(join(root, "bench/a.bench.ts"), `export default { name: "a", run: async (ctx: any) => [${row}] };`);
  writeFileSync(join(root, "bench/b.bench.ts"), `export default { name: "b", run: () => { throw new Error("no"); } };`);
  writeFileSync(join(root, "bench/helper.ts"), "");

  const { results, broken } = await collect("bench", { filters: [], quick: true, seed: 7 }, { root, show: false });
  expect(results).toEqual([{ name: "a", rows: [{ name: "pid of 7", value: expect.any(Number), unit: "quick" }] }]);
  expect(results[0].rows[0].value).not.toBe(process.pid);
  expect(broken).toEqual(["bench/b.bench.ts"]);
  await expect(collect("bench", { filters: ["nope"], quick: true, seed: 7 }, { root, show: false })).rejects.toThrow(
    /no bench case/,
  );
});

test("tables show figures with their floors, and faults with what they broke", () => {
  const bench = [
    {
      name: "send",
      rows: [{ name: "p50", value: 0.41234, unit: "ms", floor: { name: "echo", value: 0.05 }, ratio: 8.2 }],
    },
  ];
  expect(benchTable(bench).split("\n")[2]).toMatch(/^send\s+p50\s+0\.412\s+ms\s+0\.05 echo\s+8\.2×$/);
  const rows = [
    { fault: "kill", trials: 200, violations: { lost: 0, doubled: 0 } },
    { fault: "cut", trials: 5, violations: { lost: 2 }, notes: "seen once" },
  ];
  const [, , kill, cut] = chaosTable([{ name: "k", rows }]).split("\n");
  expect(kill).toMatch(/^kill\s+200\s+0 lost, 0 doubled\s+held$/);
  expect(cut).toMatch(/^cut\s+5\s+2 lost\s+BROKEN\s+seen once$/);
  expect(rows.map(broke)).toEqual([0, 2]);
});

test("the command line of benchmarks and fault tests", () => {
  expect(caseArgs(["--quick", "--seed", "42", "send"])).toEqual({ quick: true, seed: 42, filters: ["send"] });
  expect(() => caseArgs(["--seed", "x"])).toThrow(/whole number/);
  expect(() => caseArgs(["--nope"])).toThrow(/--quick, --seed/);
});
