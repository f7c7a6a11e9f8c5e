import { expect, test } from "vitest";
import { awayFrom, whyOf } from "./no-answer.ts";

const failure = (code: string) => Object.assign(new Error(`said by the system: ${code}`), { code });

test.each([
  ["ECONNREFUSED", /: the connection was refused$/, "Try again later."],
  ["EAI_AGAIN", /: no such name is known$/, "Check its address and certificate."],
  ["ENOTFOUND", /: no such name is known$/, "Check its address and certificate."],
  [
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    /certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
    "Check its address and certificate.",
  ],
  ["CERT_HAS_EXPIRED", /certificate is not trusted \(CERT_HAS_EXPIRED\)$/, "Check its address and certificate."],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID",
    /not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
    "Check its address and certificate.",
  ],
  ["EHOSTUNREACH", /: said by the system: EHOSTUNREACH$/, "Try again later."],
])("[MCP-47] a relay that cannot be reached (%s) is said with the cause and what to do", (code, message, next) => {
  const said = awayFrom(new URL("https://relay.example/x"), whyOf(failure(code)));
  expect(said.message).toMatch(/^The relay at https:\/\/relay\.example cannot be reached/);
  expect(said).toEqual({ message: expect.stringMatching(message), next });
});
