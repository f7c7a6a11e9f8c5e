import { describe, expect, test } from "vitest";
import { knownHost, knownOrigin } from "./gate.ts";

describe("knownHost", () => {
  test.each([
    ["relay.example", 4600, "https://relay.example", true],
    ["relay.example:443", 4600, "https://relay.example", true],
    ["RELAY.example", 4600, "https://relay.example", true],
    ["relay.example:8443", 4600, "https://relay.example", false],
    ["127.0.0.1:4600", 4600, "https://relay.example", true],
    ["localhost:4600", 4600, "https://relay.example", true],
    ["[::1]:4600", 4600, "https://relay.example", true],
    ["localhost", 80, "https://relay.example", true],
    ["localhost:4601", 4600, "https://relay.example", false],
    ["evil.example", 4600, "https://relay.example", false],
    ["127.0.0.1.evil.example:4600", 4600, "https://relay.example", false],
    ["relay.example@evil.example", 4600, "https://relay.example", false],
    ["relay.example/", 4600, "https://evil.example", false],
    ["", 4600, "https://relay.example", false],
  ])("[MCP-13] Host %s on port %i of %s: %s", (host, port, publicUrl, known) => {
    expect(knownHost(host, port, publicUrl)).toBe(known);
  });
});

describe("knownOrigin", () => {
  test.each([
    ["https://relay.example", "https://relay.example", true],
    ["http://relay.example", "https://relay.example", false],
    ["http://localhost:4600", "http://127.0.0.1:4600", true],
    ["http://localhost:4601", "http://127.0.0.1:4600", false],
    ["http://localhost:4600", "https://relay.example", false],
    ["https://evil.example", "https://relay.example", false],
    ["null", "https://relay.example", false],
  ])("[MCP-14] Origin %s at %s: %s", (origin, publicUrl, known) => {
    expect(knownOrigin(origin, publicUrl)).toBe(known);
  });
});
