import { expect, test } from "vitest";
import { landingFacts } from "./landing-facts.ts";

test("[CON-30] a pull request is a link named by its number, another address is View", () => {
  const pull = landingFacts({ landResult: { prUrl: "https://git.example/team/app/pull/42/files" } });
  expect(pull.link).toEqual({ href: "https://git.example/team/app/pull/42/files", text: "PR #42" });
  expect(landingFacts({ landResult: { prUrl: "http://git.example/mr/7" } }).link?.text).toBe("View");
});

test("[CON-30] an address that is not http or https is text", () => {
  const facts = landingFacts({ landResult: { prUrl: "javascript:alert(1)" } });
  expect(facts).toEqual({ link: null, plain: "javascript:alert(1)", error: null });
});

test("[CON-31] the landing's own error comes before the workspace's; with neither there is none", () => {
  expect(landingFacts({ landResult: { error: "push refused" }, landError: "older" }).error).toBe("push refused");
  expect(landingFacts({ landError: "disk full" }).error).toBe("disk full");
  expect(landingFacts({}).error).toBeNull();
});
