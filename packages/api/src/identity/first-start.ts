import type { Services } from "../context.ts";
import { presetTokenId } from "./authenticate.ts";
import { profileScopes } from "./profiles.ts";
import { hashSecret, readTokenText, tokenText } from "./token-text.ts";

interface FirstStart {
  /** `SIGNALBOX_ADMIN_TOKEN`, validated. */
  preset: string | undefined;
  /** Writes the new token's text where only the owner reads it; throws when it cannot. */
  keep: (text: string) => Promise<void>;
}

/**
 * Makes sure that there is an administrator, and answers its token's id. A preset one works from this start on and the
 * one preset before no longer (IDN-50); without one, a first start makes a token and keeps its text once (IDN-49).
 */
export async function ensureAdministrator(services: Services, { preset, keep }: FirstStart): Promise<string> {
  const { client } = services.db;
  const now = services.clock.now();
  const data = {
    name: "administrator",
    profile: "admin",
    scopes: '["*"]',
    createdBy: "relay",
    createdAt: now,
  };
  if (preset !== undefined) {
    const id = readTokenText(preset)?.tokenId ?? presetTokenId;
    const hash = hashSecret(preset);
    await client.token.updateMany({
      where: { subject: "preset", id: { not: id }, revokedAt: null },
      data: { revokedAt: now },
    });
    await client.token.upsert({
      where: { id },
      create: { ...data, id, hash, subject: "preset" },
      update: { hash, revokedAt: null },
    });
    return id;
  }
  await client.token.updateMany({ where: { subject: "preset", revokedAt: null }, data: { revokedAt: now } });
  const usable = await client.token.findFirst({
    where: { profile: "admin", revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    orderBy: { createdAt: "asc" },
  });
  if (usable) return usable.id;
  const id = services.newId("tok");
  const text = tokenText(id);
  await keep(text);
  await client.token.create({ data: { ...data, id, hash: hashSecret(text) } });
  return id;
}

/** The token of the host on this machine: a new one at each start, the one before it revoked. */
export async function issueLocalHostToken(services: Services, orchestratorId: string): Promise<string> {
  const now = services.clock.now();
  const subject = `local-host:${orchestratorId}`;
  const id = services.newId("tok");
  const text = tokenText(id);
  const older = { subject, revokedAt: null };
  const revoked = await services.db.client.token.findMany({ where: older, select: { id: true } });
  await services.db.client.$transaction([
    services.db.client.token.updateMany({ where: older, data: { revokedAt: now } }),
    services.db.client.token.create({
      data: {
        id,
        name: `host ${orchestratorId}`,
        profile: "orchestrator",
        scopes: JSON.stringify(profileScopes.orchestrator),
        constraints: JSON.stringify({ orchestrators: [orchestratorId] }),
        hash: hashSecret(text),
        subject,
        createdBy: "relay",
        createdAt: now,
      },
    }),
  ]);
  for (const { id } of revoked) services.bells.publish({ type: "token", id });
  return text;
}
