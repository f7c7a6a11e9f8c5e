import { RepositoryFields } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { incompleteRepository, newCheck, toPutRepository, toRepositoryValues } from "./repository-form.ts";

test("[CON-50] stored settings go through the form unchanged", () => {
  const checks = [{ name: "test", command: "npm test", timeoutSeconds: 60 }];
  const stored = RepositoryFields.parse({ baseBranch: "next", protected: true, checks, checkRetries: 1, batchSize: 3 });
  const put = toPutRepository("host:/r", toRepositoryValues(stored), 4);
  expect(put).toEqual({ repository: "host:/r", ...stored, ifVersion: 4 });
  const usual = RepositoryFields.parse({});
  expect(toPutRepository("host:/r", toRepositoryValues(usual), 0)).toEqual({
    repository: "host:/r",
    ...usual,
    ifVersion: 0,
  });
});

test("[CON-50] a check needs a name of its own and a command before anything is sent", () => {
  const values = toRepositoryValues(RepositoryFields.parse({}));
  const check = { ...newCheck(), name: "test", command: "npm test" };
  expect(incompleteRepository({ ...values, checks: [check] })).toEqual({});
  expect(incompleteRepository({ ...values, checks: [check, { ...check, name: " test " }, newCheck()] })).toEqual({
    "checks.1.name": "This name is there twice",
    "checks.2.name": "A name is needed",
    "checks.2.command": "A command is needed",
  });
});
