import type { Locator, Page } from "@playwright/test";
import { type Client, clientOf } from "../support/client.ts";
import { type PlayedAgent, playHost } from "../support/played-host.ts";
import { until } from "../support/until.ts";
import { expect } from "./fixture.ts";
import type { Signalbox } from "./signalbox.ts";

/** From then on keys and buttons do something. */
export const isLive = (page: Page) => expect(page.getByText("Live", { exact: true })).toBeVisible();

/** A message in its thread. */
export const card = (page: Page, id: number) => page.getByRole("article", { name: `Message ${id}`, exact: true });

/** The rungs of the first recipient that are reached. */
export const reached = (message: Locator) =>
  message.getByRole("list", { name: "How far it came" }).first().locator("li[data-reached]");

/** Agents whose runners the test plays, on a host of their own that is taken away afterwards. */
export async function playedTeam(signalbox: Signalbox, admin: Client, id: string) {
  const host = await playHost(signalbox.url, admin, id);
  return {
    async agent(label: string, tags: string[] = []) {
      const agent = await host.agent({ label, tags });
      const call = clientOf(signalbox.url, agent.token);
      const { epoch } = await admin.agents.get.query({ agentId: agent.agentId });
      return { ...agent, call, epoch };
    },
    async [Symbol.asyncDispose]() {
      host.drop();
      const remove = () => admin.orchestrators.remove.mutate({ id, force: true }).catch(() => null);
      await until(`the relay to let ${id} go`, remove);
    },
  };
}

type Played = PlayedAgent & { call: Client; epoch: number };
/** A runner's word on how far messages came. */
export const say = ({ call, epoch }: Played, rung: "sent" | "injected" | "seen", ...messageIds: number[]) =>
  call.messages.acknowledge.mutate({ epoch, rung, messageIds });
