import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { testRelay } from "../testing/relay.ts";
import { ensureAdministrator, issueLocalHostToken } from "./first-start.ts";
import { createSignInLink } from "./sign-in.ts";

eachEngine("sign-in and first start", (open) => {
  const relay = async () => testRelay(await open());

  test("[IDN-49] a first start makes one administrator and keeps its text once; a second start none", async () => {
    const { services, callWith } = await relay();
    const kept: string[] = [];
    const keep = async (text: string) => void kept.push(text);
    const first = await ensureAdministrator(services, { preset: undefined, keep });
    expect(await ensureAdministrator(services, { preset: undefined, keep })).toBe(first);
    expect(kept).toHaveLength(1);
    await expect(callWith(kept[0] as string).auth.whoami({})).resolves.toMatchObject({ scopes: ["*"] });
  });

  test("[IDN-49] when the text cannot be kept nothing is stored", async () => {
    const { services } = await relay();
    const keep = () => Promise.reject(new Error("no space"));
    await expect(ensureAdministrator(services, { preset: undefined, keep })).rejects.toThrow("no space");
    expect(await services.db.client.token.count()).toBe(0);
  });

  test("[IDN-50] a preset administrator works from this start on, and the one before it no longer", async () => {
    const { services, callWith } = await relay();
    const keep = () => Promise.reject(new Error("must not be called"));
    await ensureAdministrator(services, { preset: "a-preset-text-of-mine", keep });
    await callWith("a-preset-text-of-mine").auth.whoami({});
    await ensureAdministrator(services, { preset: "another-preset-text", keep });
    services.tokens.forget("tok_preset");
    await expect(callWith("a-preset-text-of-mine").auth.whoami({})).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await expect(callWith("another-preset-text").auth.whoami({})).resolves.toMatchObject({ kind: "person" });
  });

  test("[IDN-51] [IDN-52] a sign-in link works once and for ten minutes, and makes a session", async () => {
    const { services, token, signIn, callAs, advance } = await relay();
    const { id } = await token();
    const newCode = async () => new URL(await createSignInLink(services, id)).hash.slice("#code=".length);
    const code = await newCode();
    const session = callAs(await signIn({ code }));
    await expect(session.auth.whoami({})).resolves.toMatchObject({ kind: "person", tokenId: id });
    await expect(signIn({ code })).rejects.toThrow(/was used already/);
    const late = await newCode();
    advance(10 * 60_000 + 1);
    await expect(signIn({ code: late })).rejects.toThrow(/too old/);
    await expect(signIn({ code: "unknown" })).rejects.toThrow(/not known/);
  });

  test("[IDN-52] a token that is not for people opens no session", async () => {
    const { token, signIn } = await relay();
    const { text } = await token({ profile: "integration" });
    await expect(signIn({ token: text })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("[IDN-53] a session ends twelve hours after its last use, and by signing out", async () => {
    const { token, signIn, callAs, advance } = await relay();
    const { text } = await token({ profile: "operator" });
    const session = callAs(await signIn({ token: text }));
    for (const hours of [11, 11]) {
      advance(hours * 3600_000);
      await session.auth.whoami({});
    }
    advance(12 * 3600_000 + 1);
    await expect(session.auth.whoami({})).rejects.toThrow(/session has ended/);
    const other = callAs(await signIn({ token: text }));
    await other.auth.signOut({});
    await expect(other.auth.whoami({})).rejects.toThrow(/session has ended/);
  });

  test("[IDN-54] a change with the cookie needs the console's own Origin", async () => {
    const { token, signIn, callAs } = await relay();
    const { text } = await token();
    const foreign = callAs(await signIn({ token: text }), { sameOrigin: false });
    await expect(foreign.tokens.create({ name: "n", profile: "viewer" })).rejects.toThrow(/needs the Origin/);
    await expect(foreign.agents.list({})).resolves.toMatchObject({ items: [] });
  });

  test("a new token of the local host ends the one before it", async () => {
    const { services, callWith } = await relay();
    const first = await issueLocalHostToken(services, "host-a");
    const second = await issueLocalHostToken(services, "host-a");
    await expect(callWith(first).auth.whoami({})).rejects.toThrow(/revoked/);
    await expect(callWith(second).auth.whoami({})).resolves.toMatchObject({ kind: "orchestrator" });
  });
});
