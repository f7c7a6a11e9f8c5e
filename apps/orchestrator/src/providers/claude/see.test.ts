import { expect, test } from "vitest";
import type { ProgramEvent } from "../turns.ts";
import { draftOn, see } from "./see.ts";

const rule = "─".repeat(120);
const head = [" ▐▛███▛█   Claude Code v2.1.330", "▝▜██████▀  Opus 5.5 · API Usage Billing", " ▝▝   ▝▝   /work", ""];

/** The program at its prompt, as it was drawn on 2026-11-21, with what is above and below. */
const atPrompt = (above: string[], typed = "", footer = "⏸ manual mode on · ? for shortcuts"): string[] => [
  ...head,
  ...above,
  "",
  `${" ".repeat(100)}◐ medium · /effort`,
  rule,
  `❯ ${typed}`,
  rule,
  `  ${footer}`,
];
const done = ["❯ say hello", "", "● Hello.", "", "✻ Worked for 0s · done 3:26 PM"];
const working = "⏵⏵ bypass permissions on (shift+tab to cycle) · esc to interrupt · ← for agents";
const permission = [
  "❯ do other",
  "",
  "● Other",
  "  ⎿  $ touch other",
  "",
  rule,
  " Bash command",
  "",
  "   Other",
  "╌".repeat(120),
  " touch other",
  "╌".repeat(120),
  " Do you want to proceed?",
  " ❯ 1. Yes",
  "   2. Yes, and always allow access to /work from this project",
  "   3. No",
  "",
  " Esc to cancel · Tab to amend",
];
const trust = [
  rule,
  " Accessing workspace:",
  "",
  " /work",
  "",
  " Quick safety check: Is this a project you created or one you trust?",
  "",
  " ❯ No, exit",
  "   Yes, I trust this folder",
  "",
  " Enter to confirm · Esc to cancel",
];
const key = [
  rule,
  "  Detected a custom API key in your environment",
  "",
  "  ANTHROPIC_API_KEY: sk-ant-...0123456789abcdefghij",
  "",
  "  Do you want to use this API key?",
  "",
  "    Yes",
  "  ❯ No (recommended)",
  "",
  "  Enter to confirm · Esc to cancel",
];
const colour = [
  ...head,
  "❯ ask me",
  rule,
  " ☐ Colour",
  "",
  "Which colour?",
  "",
  "❯ 1. Red",
  "     r",
  "  2. Blue",
  "  3. Type something.",
  rule,
  "  4. Chat about this",
  "",
  "Enter to select · ↑/↓ to navigate · Esc to cancel",
];
const plan = [
  "❯ plan",
  "▔".repeat(120),
  `  ${rule}`,
  "   Exit plan mode?",
  "",
  "    ❯ 1. Yes, and switch",
  "      2. No",
];

const blocked = (kind: string, text: RegExp) => ({ type: "blocked", kind, text: expect.stringMatching(text) });
const idle: ProgramEvent = { type: "idle" };
const busy: ProgramEvent = { type: "busy" };

test.each<[string, string[], unknown]>([
  ["nothing yet", [], null],
  ["a turn that ended", atPrompt(done), idle],
  ["a prompt with a draft", atPrompt(done, "half a tho"), idle],
  ["a turn that was interrupted", atPrompt(["❯ go", "  ⎿  Interrupted · What should Claude do instead?"]), idle],
  ["a turn", atPrompt([...done, "❯ again", "", "✽ Thundering…"], "", working), busy],
  ["a turn whose footer is cut off", atPrompt(["❯ again", "", "✶ Flummoxing… (5s · ↓ 1 tokens)"]), null],
  ["a turn that failed", atPrompt(["❯ go", "  ⎿  Not logged in"], "Once fixed, resend your message"), null],
  ["one that was refused", atPrompt(["❯ go", "● API Error: 429"], "Resend your message to try again"), null],
  ["a person's text that looks like a list", atPrompt(["❯ 1. do this", "  2. do that", "● Done."]), idle],
  [
    "a permission",
    permission,
    blocked("permission", /^Bash command\nOther\ntouch other\nDo you want[\s\S]*Tab to amend$/),
  ],
  ["trust of a folder", trust, blocked("permission", /^Accessing workspace:\n\/work\n/)],
  ["an API key", key, blocked("sign-in", /^Detected a custom API key[^\n]*\nANTHROPIC_API_KEY: …\nDo you want/)],
  ["its own question", colour, blocked("question", /Which colour\?\n❯ 1. Red[\s\S]*4. Chat about this/)],
  ["a plan", plan, blocked("question", /^Exit plan mode\?/)],
  [
    "a warning",
    [
      rule,
      " WARNING: Claude Code running in Bypass Permissions mode",
      " ❯ No, exit",
      "   Yes, I accept",
      " Enter to confirm",
    ],
    blocked("permission", /^WARNING/),
  ],
  [
    "a sign-in",
    [" Select login method:", " ❯ 1. Claude account", "   2. Console account"],
    blocked("sign-in", /^Select login/),
  ],
  [
    "a limit",
    [
      rule,
      " Usage limit reached",
      " What do you want to do?",
      " ❯ 1. Stop and wait for limit to reset",
      "   2. Upgrade",
    ],
    blocked("limit", /^Usage limit/),
  ],
  ["the end of the program", ["Resume this session with:", "claude --resume x"], null],
])("[HST-54] [HST-58] claude shows %s", (_, screen, event) => {
  expect(see(screen)).toEqual(event);
});

test("what stands at the prompt is told from what does not", () => {
  const box = atPrompt(done);
  expect(draftOn(box)).toBe("");
  expect(draftOn([...box.slice(0, -3), "❯ one", "  two", rule, "  footer"])).toBe("one\ntwo");
  expect([permission, trust, colour, []].map(draftOn)).toEqual([null, null, null, null]);
});
