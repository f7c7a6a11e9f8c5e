import { eachEngine } from "@signalbox/db/testing";
import { expect, test } from "vitest";
import { testRelay } from "../testing/relay.ts";
import { transact } from "../unit.ts";
import { noteDenial } from "./denials.ts";
import { record } from "./record.ts";

eachEngine("the activity", (open) => {
  test("[IDN-57] what is recorded 32 times at once under one id is stored once, and nobody fails", async () => {
    const { services } = await testRelay(await open());
    const entry = { clientId: "once:a", kind: "state", view: "agents", title: "Once", actor: "ada" } as const;
    const write = () => transact(services, (unit) => record(services, unit, entry));
    await Promise.all(Array.from({ length: 32 }, write));
    expect(await services.db.client.activity.count({ where: { clientId: entry.clientId } })).toBe(1);
  });

  test("[IDN-56] whoever is refused ever new things fills no disk", async () => {
    const { services } = await testRelay(await open());
    const refused = { who: "192.0.2.1", code: "Forbidden", why: "no" } as const;
    for (let n = 0; n < 300; n += 1)
      await noteDenial(services, { ...refused, what: `door ${n}`, requestId: `req_${n}` });
    await noteDenial(services, { ...refused, who: "192.0.2.2", what: "door", requestId: "req_other" });
    const rows = await services.db.client.activity.groupBy({ by: ["actor"], _count: true, orderBy: { actor: "asc" } });
    expect(rows.map(({ actor, _count }) => [actor, _count])).toEqual([
      ["192.0.2.1", 101],
      ["192.0.2.2", 1],
    ]);
  });
});
