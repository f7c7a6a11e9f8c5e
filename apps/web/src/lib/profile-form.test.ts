import type { ProfileFields } from "@signalbox/api/contracts";
import { ProfileFields as Schema } from "@signalbox/api/contracts";
import { expect, test } from "vitest";
import { formPath, incomplete, newServerRow, newValueRow, toFields, toPut, toValues } from "./profile-form.ts";
import { differences, fieldLabels, taking } from "./profile-versions.ts";

const whole: Required<ProfileFields> = {
  description: "Reviews changes",
  instructions: "Be brief.\n\nSay why.",
  env: { LANG: "C", TOKEN: { host: "REVIEW_TOKEN" }, EMPTY: "" },
  permissions: { allow: ["Bash(git log *)", "Read"], deny: ["WebFetch"] },
  mcpServers: {
    docs: { command: "docs-server", args: ["--root", "/srv, all"], env: { KEY: { host: "DOCS_KEY" } } },
    web: { url: "https://mcp.example.invalid/mcp", headers: { Accept: "text/plain" } },
  },
  skills: ["review"],
  provider: "claude",
  model: "sonnet",
  effort: "high",
  approvalMode: "guarded",
  workspaceMode: "isolated",
  maxSpawnedAgents: 3,
  spawnTopLevel: true,
  extraScopes: ["logs:read"],
  kind: "reviewer",
  tools: ["Read", "Bash(git *)"],
  cwd: "/srv/app",
  keepAlive: true,
};

test("[SPN-31] every field of a profile survives the form", () => {
  expect(Object.keys(whole).toSorted()).toEqual(Object.keys(Schema.shape).toSorted());
  expect(toFields(toValues(whole))).toEqual(whole);
  expect(toPut(toValues({ name: "worker", ...whole }), 4)).toEqual({ name: "worker", ifVersion: 4, ...whole });
});

test("what has no content is left out", () => {
  expect(toFields(toValues({}))).toEqual({});
  const rows = { ...toValues({}), env: [newValueRow()], maxSpawnedAgents: "" };
  expect(toFields(rows)).toEqual({});
});

test("[SPN-33] a refusal stands at the field that it names", () => {
  const values = toValues({ name: "worker", ...whole });
  const paths = {
    name: "name",
    "env.TOKEN": "env.1.value",
    "env.TOKEN.host": "env.1.value",
    "permissions.deny.0": "deny",
    "extraScopes.0": "extraScopes",
    "mcpServers.web.url": "mcpServers.1.url",
    "mcpServers.docs.args.1": "mcpServers.0.args",
    "mcpServers.docs.env.KEY": "mcpServers.0.env.0.value",
    "mcpServers.web.headers.Accept": "mcpServers.1.headers.0.value",
    "mcpServers.web": "mcpServers.1.name",
  };
  for (const [field, path] of Object.entries(paths)) expect([field, formPath(values, field)]).toEqual([field, path]);
  expect(formPath(values, "ifVersion")).toBeNull();
});

test("a missing or repeated name is said at its row", () => {
  const values = toValues({ name: " ", env: { A: "1" } });
  values.env.push({ ...newValueRow(), name: "A", value: "2" }, { ...newValueRow(), value: "3" }, newValueRow());
  values.mcpServers.push({ ...newServerRow(), headers: [{ ...newValueRow(), value: "x" }] });
  expect(incomplete(values)).toEqual({
    name: "A name is needed",
    "env.1.name": "This name is there twice",
    "env.2.name": "A name is needed",
    "mcpServers.0.name": "A name is needed",
    "mcpServers.0.headers.0.name": "A name is needed",
  });
});

test("[CON-42] two versions are told apart field by field, and one field can be taken over", () => {
  const mine = toValues({ ...whole, description: "Mine", env: { B: "2", A: "1" } });
  const stored = { ...whole, env: { A: "1", B: "2" }, permissions: { allow: ["Read"], deny: [] }, keepAlive: false };
  expect(Object.keys(fieldLabels).toSorted()).toEqual(Object.keys(Schema.shape).toSorted());
  expect(differences(mine, stored)).toEqual([
    { field: "description", label: "Description", mine: "Mine", stored: "Reviews changes" },
    {
      field: "permissions",
      label: "Permissions",
      mine: JSON.stringify(whole.permissions, null, 2),
      stored: JSON.stringify({ allow: ["Read"], deny: [] }, null, 2),
    },
    { field: "keepAlive", label: "Keep alive", mine: "yes", stored: "" },
  ]);
  const taken = taking(taking(mine, stored, "permissions"), stored, "description");
  expect(differences(taken, stored).map(({ field }) => field)).toEqual(["keepAlive"]);
});
