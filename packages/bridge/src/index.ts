export { pauseMs } from "./backoff.ts";
export { type Answer, accept, mcpPath } from "./forward.ts";
export { isObject, type Json, messagesIn, parse } from "./messages.ts";
export { lostOnTheWay } from "./no-answer.ts";
export { callPatiently } from "./patient.ts";
export { type Brought, type Post, serveStdio, Unavailable } from "./stdio.ts";
export { eventOf } from "./stream.ts";
export { throughHttp } from "./through-http.ts";
