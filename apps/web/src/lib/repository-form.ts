import type { Check, RepositoryFields } from "@signalbox/api/contracts";
import type { PutRepositoryInput } from "./types.ts";

export interface CheckRow extends Omit<Check, "timeoutSeconds"> {
  /** Tells rows apart while they are edited and moved. */
  key: string;
  timeoutSeconds: number | string;
}

/** What the form of a repository's settings holds. */
export interface RepositoryValues {
  baseBranch: string;
  protected: boolean;
  checks: CheckRow[];
  checkRetries: number | string;
  batchSize: number | string;
}

const usualTimeout = 600;
const rowKey = (): string => Math.random().toString(36).slice(2);

export const newCheck = (): CheckRow => ({ key: rowKey(), name: "", command: "", timeoutSeconds: usualTimeout });

/** The form's values for stored settings. */
export function toRepositoryValues(stored: RepositoryFields): RepositoryValues {
  const { baseBranch, checks, checkRetries, batchSize } = stored;
  return {
    baseBranch: baseBranch ?? "",
    protected: stored.protected,
    checks: checks.map((check) => ({ key: rowKey(), ...check })),
    checkRetries,
    batchSize,
  };
}

/** What is sent; `version` is the one that was edited: another change in between is refused. */
export function toPutRepository(repository: string, values: RepositoryValues, version: number): PutRepositoryInput {
  return {
    repository,
    baseBranch: values.baseBranch.trim() || null,
    protected: values.protected,
    checks: values.checks.map(({ name, command, timeoutSeconds }) => ({
      name: name.trim(),
      command: command.trim(),
      timeoutSeconds: Number(timeoutSeconds),
    })),
    checkRetries: Number(values.checkRetries),
    batchSize: Number(values.batchSize),
    ifVersion: version,
  };
}

/** What a person must complete before anything is sent; the relay checks the rest. */
export function incompleteRepository({ checks }: RepositoryValues): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const [at, { name, command }] of checks.entries()) {
    const first = checks.findIndex((other) => other.name.trim() === name.trim());
    if (!name.trim()) wrong[`checks.${at}.name`] = "A name is needed";
    else if (first < at) wrong[`checks.${at}.name`] = "This name is there twice";
    if (!command.trim()) wrong[`checks.${at}.command`] = "A command is needed";
  }
  return wrong;
}
