import { Provider } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { isAgentId } from "./agent-id.ts";

test("an agent's id is told from a person's name, a host's and an address", () => {
  expect(Provider.options.map((provider) => `${provider}-k3f9q2`).every(isAgentId)).toBe(true);
  expect(["anna", "host-a", "host-abcdef", "shell-nobody1", "shell-nobody", "127.0.0.1"].filter(isAgentId)).toEqual([
    "shell-nobody",
  ]);
});
