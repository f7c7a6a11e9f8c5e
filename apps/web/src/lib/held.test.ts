import { describe, expect, test } from "vitest";
import { type HeldPage, notShown, stillThere } from "./held.ts";

const page = (ids: string, nextCursor: string | null = null, as = "then") => ({
  items: [...ids].map((id) => ({ id, as })),
  nextCursor,
});
const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id).join("");
const now = (text: string, nextCursor: string | null = null): HeldPage<{ id: string; as: string }> =>
  page(text, nextCursor, "now");

describe("[CON-57] a page that is being read", () => {
  test("shows what is still in the list as it is now, in its order, and nothing newer", () => {
    const kept = stillThere(page("dcb"), now("fedcb"));
    expect([ids(kept), kept.map(({ as }) => as)]).toEqual(["dcb", ["now", "now", "now"]]);
  });

  test("loses what the fresh page covers but does not have any more", () => {
    expect(ids(stillThere(page("edcb"), now("eb")))).toBe("eb");
    expect(ids(stillThere(page("edcb", "b"), now("db", "b")))).toBe("db");
    expect(ids(stillThere(page("edcb"), now("")))).toBe("");
  });

  test("keeps what is older than the fresh page reaches, as it was; all of a list reaches everything", () => {
    const kept = stillThere(page("dcba", "a"), now("fedc", "c"));
    expect([ids(kept), kept.map(({ as }) => as)]).toEqual(["dcba", ["now", "now", "then", "then"]]);
    expect(ids(stillThere(page("dcba", "a"), now("fedc")))).toBe("dc");
  });

  test("counts what is newer and what has come in between, but not what is older than its end", () => {
    expect(notShown(page("dcb", "b"), now("fedcba", null))).toBe(2);
    expect(notShown(page("db", "b"), now("edcba", null))).toBe(2);
    expect(notShown(page("dc"), now("dcb"))).toBe(1);
    expect(notShown(page("dcb"), now("dcb"))).toBe(0);
  });
});
