import { posix } from "node:path";
import { RepositoryFields } from "../contracts/index.ts";

/** Host and path that a repository's id is made of; null when the path is not as a host resolves it. */
export function partsOf(repository: string): { orchestratorId: string; repoRoot: string } | null {
  const colon = repository.indexOf(":");
  const repoRoot = repository.slice(colon + 1);
  const resolved = posix.normalize(repoRoot);
  const whole = repoRoot === resolved && (repoRoot === "/" || !repoRoot.endsWith("/"));
  return whole ? { orchestratorId: repository.slice(0, colon), repoRoot } : null;
}

/** What holds where nobody decided otherwise. */
export const defaultFields = (): RepositoryFields => RepositoryFields.parse({});
