import { expect, test } from "vitest";
import { see } from "./see.ts";

const busy = { status: "busy" as const, blocked: null };
const screen = (text: string) => text.split("\n").map((line) => line.trimEnd());
const prompt = `

› Ask Codex to do anything

  GPT-5.5 default · /work
  ← for agents · ? for shortcuts                            ⚠ 1 warning · f2 to view`;

const approval = `› 1. first do this
  2. then that


• Running touch /outside


  Would you like to run the following command?

  Environment: local

  Reason: Again?

  $ touch /outside


› 1. Yes, proceed (y)
  2. Yes, and don't ask again for commands that start with \`touch /outside\` (p)
  3. No, and tell Codex what to do differently (esc)

  Press enter to confirm or esc to cancel`;

const trust = `
  Folder access
  /work

  Trust this folder? Codex can read, edit, and run files here, subject to your permission settings. Folder settings
  can run code automatically, even without a model request.

› 1. Trust and continue
  2. Back to Agent Command Center

  enter continue · esc back`;

const signIn = `  Welcome to Codex, OpenAI's command-line coding agent

  Choose how you want to use Codex.

> 1. Sign in with ChatGPT
     Usage included with Plus, Pro, Business, and Enterprise plans

  2. Sign in with Device Code
     Sign in from another device with a one-time code

  Press enter to continue`;

const model = `
  Meet GPT-6 Sol

  Our latest Sol is more intelligent.

› 1. Try new model
  2. Use existing model

  enter/esc confirm · ^c quit`;

const locked = `■ Conversation interrupted - use /feedback if something went wrong


  🔒  This conversation is open in another app                                  r to retry
      Close it there and press R to continue here.

   r retry   f fork   ←/esc command center   ^c/q exit   ^t transcript`;

const limit = `› go on


■ You’ve hit your usage limit. Upgrade to Pro (https://example.invalid/pro), visit
https://example.invalid/usage to purchase more credits or try again at 10:26 PM.`;

const unauthorized = "› go on\n\n\n■ unexpected status 401 Unauthorized: Incorrect API key provided, url: http://x/v1";

test.each([
  ["an approval", approval, { kind: "permission", text: expect.stringMatching(/^Would you like.*Yes, proceed/s) }],
  ["trust of a folder", trust, { kind: "permission", text: expect.stringContaining("Trust this folder?") }],
  ["sign-in", signIn, { kind: "sign-in", text: expect.stringContaining("Sign in with ChatGPT") }],
  ["a question about models", model, { kind: "question", text: expect.stringMatching(/^Meet GPT-6 Sol/) }],
  ["a conversation that is open elsewhere", locked, { kind: "question", text: expect.stringContaining("press R") }],
  ["a limit", limit + prompt, { kind: "limit", text: expect.stringMatching(/^You’ve hit.*10:26 PM\.$/s) }],
  ["a refused key", unauthorized + prompt, { kind: "sign-in", text: expect.stringContaining("401") }],
])("[HST-54] codex blocked: %s on the screen, with its text", (_, text, event) => {
  expect(see(screen(text), busy)).toEqual({ type: "blocked", ...event });
});

test.each([
  ["its prompt", prompt, { type: "idle" }],
  ["a prompt with a list typed into it", "\n› 1. first\n\n  GPT-5.5 default · /work", null],
  ["a list in the conversation above its prompt", `› 1. first\n  2. enter to confirm${prompt}`, { type: "idle" }],
  ["a turn at work", `› go on\n\n\nWorking (12s • esc to interrupt)\n${prompt}`, { type: "busy" }],
  [
    "a turn that waits for the network",
    `› go on\n\n\nReconnecting... waiting for network (0s • esc to interrupt)\n  └ Connection failed\n${prompt}`,
    { type: "busy" },
  ],
  ["a turn that was interrupted", `■ Conversation interrupted - use /feedback${prompt}`, { type: "idle" }],
  [
    "words of the model about its work",
    `• Working hard (esc to interrupt)\n\n  Worked for 3s${prompt}`,
    { type: "idle" },
  ],
  ["an earlier error", `■ 401 sign in\n\n› again\n\n• Done.\n\n  Worked for 3s${prompt}`, { type: "idle" }],
  ["nothing", "", null],
  ["its start", `  >_ OpenAI Codex (v0.169.0)\n     loading\n${prompt}`, null],
])("[HST-54] codex turn detection: a screen with %s", (_, text, event) => {
  expect(see(screen(text), busy)).toEqual(event);
});

test("[HST-54] codex blocked: a limit of an earlier session does not block the one that goes on; one of this session stays", () => {
  const lines = screen(limit + prompt);
  const event = see(lines, busy);
  expect(event).toMatchObject({ type: "blocked", kind: "limit" });
  expect(see(lines, { status: "idle", blocked: null })).toEqual({ type: "idle" });
  const text = event?.type === "blocked" ? event.text : "";
  expect(see(lines, { status: "blocked", blocked: { text } })).toEqual(event);
  expect(see(lines, { status: "blocked", blocked: { text: "Trust this folder?" } })).toEqual({ type: "idle" });
});
