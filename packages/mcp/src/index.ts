export { maxBodyBytes, readBody } from "./body.ts";
export type { RecordCall, Session, ToolCall } from "./call.ts";
export { createMcpEndpoint, type McpEndpointOptions } from "./endpoint.ts";
export { type Arrival, knownHost, knownOrigin, turnedAway } from "./gate.ts";
export { jsonSchemaOf, type ObjectSchema } from "./json-schema.ts";
export { type Declared, declared, run } from "./procedures.ts";
export { protectedResourceMetadata } from "./refuse.ts";
export { type RelayTool, toolNames, toolsOf, visibleTo } from "./tools.ts";
