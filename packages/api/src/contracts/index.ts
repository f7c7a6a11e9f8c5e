/** What crosses a process boundary: zod schemas and constants only, so that daemon, runner and browser may bundle it. */
export * from "./agents.ts";
export * from "./commands.ts";
export * from "./common.ts";
export * from "./constraints.ts";
export * from "./errors.ts";
export * from "./events.ts";
export * from "./giving.ts";
export * from "./grant.ts";
export * from "./hosts.ts";
export * from "./log-text.ts";
export * from "./logs.ts";
export * from "./profiles.ts";
export * from "./provider-takes.ts";
export * from "./providers.ts";
export * from "./requests.ts";
export * from "./scopes.ts";
export * from "./workspaces.ts";
