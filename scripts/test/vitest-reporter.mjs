import { writeFileSync } from "node:fs";

/** A Vitest reporter (it must be a class) that writes the run's totals, with the reasons of skipped tests, to $TOTALS_FILE. */
export default class TotalsReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const totals = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      totals.failed += module.errors().length;
      for (const suite of module.children.allSuites()) totals.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === "passed") totals.passed += 1;
        else if (state === "skipped" && test.options.mode === "run" && !note) totals.failed += 1;
        else if (state === "skipped") totals.skipped.push({ name: test.fullName, reason: note });
        else totals.failed += 1;
      }
    }
    writeFileSync(process.env.TOTALS_FILE, JSON.stringify(totals));
  }
}
