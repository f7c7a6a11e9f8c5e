import { SpawnAgent, SpawnAnswer } from "../spawn/schema.ts";
import * as spawning from "../spawn/service.ts";
import { router, scoped } from "../trpc.ts";
import { find } from "./find.ts";
import { overview } from "./overview.ts";
import * as own from "./own.ts";
import { restart } from "./restart.ts";
import {
  AgentDetail,
  AgentOverview,
  AgentPage,
  AgentStateAnswer,
  CompactAnswer,
  FindAgents,
  FoundAgents,
  GetAgent,
  InterruptAnswer,
  ListAgents,
  OverviewAnswer,
  RegisterAgent,
  RegisteredAgent,
  ReportExit,
  ReportResult,
  RestartAgent,
  RestartAnswer,
  Selector,
  SetStatus,
  ShutdownAgent,
  ShutdownAnswer,
  Timeline,
  TimelinePage,
} from "./schema.ts";
import * as agents from "./service.ts";
import { shutdown } from "./shutdown.ts";
import { compact, interrupt } from "./turn.ts";

export const agentsRouter = router({
  spawn: scoped("command:spawn", "command:spawn-top-level")
    .meta({
      rest: "POST /agents",
      restStatus: 202,
      mcp: {
        name: "relay_spawn_agent",
        title: "Start an agent",
        description:
          "Starts an agent on one of the hosts. The answer means accepted; with wait it means registered, or failed with the reason. Give spawnRequestId to make a repeat start nothing new.",
        scopes: ["command:spawn"],
      },
    })
    .input(SpawnAgent)
    .output(SpawnAnswer)
    .mutation(({ ctx, input, signal }) => spawning.spawn(ctx, input, signal)),
  shutdown: scoped("command:shutdown")
    .meta({
      rest: "POST /agents/{agentId}/shutdown",
      mcp: {
        name: "relay_shutdown_agent",
        title: "Shut down an agent",
        description: "Ends a child of yours by its id. Its worktree, log and messages are kept. Ended already: ok.",
        hints: { destructive: true, idempotent: true },
      },
    })
    .input(ShutdownAgent)
    .output(ShutdownAnswer)
    .mutation(({ ctx, input }) => shutdown(ctx, input)),
  restart: scoped("agent:write")
    .meta({ rest: "POST /agents/{agentId}/restart" })
    .input(RestartAgent)
    .output(RestartAnswer)
    .mutation(({ ctx, input }) => restart(ctx, input)),
  compact: scoped("agent:write")
    .meta({ rest: "POST /agents/{agentId}/compact" })
    .input(Selector)
    .output(CompactAnswer)
    .mutation(({ ctx, input }) => compact(ctx, input)),
  interrupt: scoped("agent:write")
    .meta({ rest: "POST /agents/{agentId}/interrupt" })
    .input(Selector)
    .output(InterruptAnswer)
    .mutation(({ ctx, input }) => interrupt(ctx, input)),
  list: scoped("agent:read")
    .meta({ rest: "GET /agents" })
    .input(ListAgents)
    .output(AgentPage)
    .query(({ ctx, input }) => agents.list(ctx, input)),
  find: scoped("agent:read")
    .meta({
      rest: "GET /agents/find",
      mcp: {
        name: "relay_find_agents",
        title: "Find agents",
        description:
          "Looks for agents by label, capability, tag, provider, machine or state, to write to with relay_send_message. Running ones unless you say otherwise.",
        hints: { readOnly: true, idempotent: true },
      },
    })
    .input(FindAgents)
    .output(FoundAgents)
    .query(({ ctx, input }) => find(ctx, input)),
  overview: scoped("agent:read")
    .meta({
      rest: "GET /overview",
      mcp: {
        name: "relay_agent_status",
        title: "Who is there",
        description: "The running agents, the managed agents and the hosts; or one of them, by its id.",
        hints: { readOnly: true, idempotent: true },
      },
    })
    .input(AgentOverview)
    .output(OverviewAnswer)
    .query(({ ctx, input }) => overview(ctx, input)),
  get: scoped("agent:read")
    .meta({ rest: "GET /agents/{agentId}" })
    .input(GetAgent)
    .output(AgentDetail)
    .query(({ ctx, input }) => agents.get(ctx, input)),
  timeline: scoped("agent:read")
    .meta({ rest: "GET /agents/{agentId}/timeline" })
    .input(Timeline)
    .output(TimelinePage)
    .query(({ ctx, input }) => agents.timeline(ctx, input)),
  register: scoped("agent:write")
    .input(RegisterAgent)
    .output(RegisteredAgent)
    .mutation(({ ctx, input }) => own.register(ctx, input)),
  setStatus: scoped("agent:write")
    .input(SetStatus)
    .output(AgentStateAnswer)
    .mutation(({ ctx, input }) => own.setStatus(ctx, input)),
  reportExit: scoped("agent:write")
    .input(ReportExit)
    .output(AgentStateAnswer)
    .mutation(({ ctx, input }) => own.reportExit(ctx, input)),
  reportResult: scoped("agent:write")
    .meta({
      mcp: {
        name: "relay_report_result",
        title: "Report your result",
        description:
          "Says what you achieved, for whoever started you. Call it once your work is done; the last call counts.",
        hints: { idempotent: true },
      },
    })
    .input(ReportResult)
    .output(AgentStateAnswer)
    .mutation(({ ctx, input }) => own.reportResult(ctx, input)),
});
