/** Scenarios of the official suite, or single checks of one (`scenario:check`), that must fail, and why. */
interface Reason {
  because: string;
  scenarios: string[];
}

const unknownMethod = "is no capability of this server: it declares tools alone, and answers the method with -32601";

/**
 * What asks for something that the relay does not do. A scenario that is listed here and passes fails the run as well, so
 * that the list stays true.
 */
export const notApplicable: Reason[] = [
  { because: `Completion ${unknownMethod}`, scenarios: ["completion-complete"] },
  { because: `Logging to the client ${unknownMethod}`, scenarios: ["logging-set-level", "tools-call-with-logging"] },
  {
    because: `Resources ${unknownMethod}`,
    scenarios: [
      "resources-list",
      "resources-read-text",
      "resources-read-binary",
      "resources-templates-read",
      "resources-subscribe",
      "resources-unsubscribe",
      "sep-2164-resource-not-found:sep-2164-error-code",
      "sep-2164-resource-not-found:sep-2164-data-uri",
      "caching:sep-2549-resources-list-caching-hints",
      "caching:sep-2549-resources-templates-list-caching-hints",
    ],
  },
  {
    because: `Prompts ${unknownMethod}`,
    scenarios: [
      "prompts-list",
      "prompts-get-simple",
      "prompts-get-with-args",
      "prompts-get-embedded-resource",
      "prompts-get-with-image",
      "caching:sep-2549-prompts-list-caching-hints",
      "input-required-result-non-tool-request",
    ],
  },
  {
    because: "A tool of the relay answers its structured content and the same as one text, nothing else (MCP-19)",
    scenarios: ["tools-call-image", "tools-call-audio", "tools-call-embedded-resource", "tools-call-mixed-content"],
  },
  {
    because: "There are no sessions: every request stands alone (MCP-01)",
    scenarios: ["server-sse-multiple-streams:server-sse-multiple-streams-session"],
  },
  {
    because: "No tool of the relay asks its client for anything: no sampling, no elicitation, no roots",
    scenarios: [
      "tools-call-sampling",
      "tools-call-elicitation",
      "elicitation-sep1034-defaults",
      "elicitation-sep1330-enums",
      "server-stateless:sep-2575-server-rejects-undeclared-capability",
      "server-stateless:sep-2575-missing-capability-http-400",
      "server-stateless:sep-2575-http-server-no-independent-requests-on-stream",
      "input-required-result-basic-elicitation",
      "input-required-result-basic-sampling",
      "input-required-result-basic-list-roots",
      "input-required-result-request-state",
      "input-required-result-multiple-input-requests",
      "input-required-result-multi-round",
      "input-required-result-result-type",
      "input-required-result-tampered-state",
      "input-required-result-capability-check",
      "input-required-result-missing-input-response:sep-2322-missing-response-rerequests",
      "input-required-result-ignore-extra-params:sep-2322-ignore-unexpected-params",
    ],
  },
];

/** What calls tools of the suite's own, which only the fixture has: against the relay as it is these fail too. */
export const needsFixtureTools: Reason = {
  because: "The relay has its own tools, not those that the suite calls",
  scenarios: [
    "tools-call-simple-text",
    "tools-call-error",
    "tools-call-with-progress",
    "server-stateless:sep-2575-server-no-log-without-loglevel",
  ],
};
