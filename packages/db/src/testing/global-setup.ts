import type { TestProject } from "vitest/node";
import { makeTemplates, type Templates } from "./templates.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where tests get a migrated database from. */
    databaseTemplates: Templates;
  }
}

/** For `globalSetup` in a workspace's vitest configuration; the function returned ends what this one started. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ...templates } = await makeTemplates();
  project.provide("databaseTemplates", templates);
  return stop;
}
