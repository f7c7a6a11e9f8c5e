/** Adds totals up; each is `{ passed, failed, skipped: [{ name, reason }] }`. */
export const sum = (totals) => ({
  passed: totals.reduce((n, one) => n + one.passed, 0),
  failed: totals.reduce((n, one) => n + one.failed, 0),
  skipped: totals.flatMap((one) => one.skipped),
});

/** A runner that ended badly although no test of it failed (it crashed, or a suite did not load) counts as one failure. */
export function settled(totals, exitCode) {
  if (totals === undefined) return { passed: 0, failed: 1, skipped: [] };
  return exitCode !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

/** Totals of Playwright's JSON report. */
export function fromPlaywright(report) {
  const tests = report.suites
    .flatMap((suite) => specs(suite))
    .flatMap((spec) => spec.tests.map((test) => ({ spec, test })));
  const skipped = tests.filter(({ test }) => test.status === "skipped");
  const passed = tests.filter(({ test }) => test.status === "expected");
  return {
    passed: passed.length,
    failed: tests.length - skipped.length - passed.length + report.errors.length,
    skipped: skipped.map(({ spec, test }) => ({
      name: spec.title,
      reason: test.annotations.find(({ type }) => type === "skip" || type === "fixme")?.description,
    })),
  };
}

const specs = (suite) => [...suite.specs, ...(suite.suites ?? []).flatMap(specs)];

/**
 * The last lines of `npm test`: what was skipped and why, how many, and `N passed, N failed` on a line of its own.
 * With `filtered`, tests that only the person's filter left out are counted and not listed.
 */
export function summary({ passed, failed, skipped }, filtered = false) {
  const listed = filtered ? skipped.filter(({ reason }) => reason) : skipped;
  const reasons = listed.map(({ name, reason }) => `  skipped: ${name} (${reason ?? "no reason given"})`);
  return ["", ...reasons, `${skipped.length} skipped`, `${passed} passed, ${failed} failed`].join("\n");
}

/** 0 only when something ran and nothing failed. */
export const exitCode = ({ passed, failed }) => (failed === 0 && passed > 0 ? 0 : 1);
