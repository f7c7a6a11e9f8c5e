import type { Mail } from "@signalbox/api/contracts";
import { harmless } from "./typing.ts";

/** Most messages and characters of one batch (MSG-52). */
const mostMails = 20;
const mostCharacters = 20_000;
/** Most characters of a label or subject in a header line. */
const longestName = 200;

/** What changes the order of what a person sees, or is not seen at all; of that, scripts and emoji need joiners and one selector. */
const unseen = /(?![\ufe0f\u200c-\u200d])\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb]/gu;
/** More of these in a row than any text needs could hide another one. */
const joiners = /([\ufe0f\u200c-\u200d]{2})[\ufe0f\u200c-\u200d]+/g;

/** Text that neither a terminal obeys nor hides from a person (MSG-51). */
const clean = (text: string): string =>
  harmless(text.toWellFormed())
    .replace(/[\u2028\u2029]/g, "\n")
    .replace(unseen, "")
    .replace(/\ufe0f+/g, "\ufe0f")
    .replace(joiners, "$1");

/** Text for the header line: one line, and no quote that would end it. */
function name(text: string): string {
  const line = clean(text).replace(/\s+/g, " ").replaceAll('"', "'").trim();
  return `"${[...line].slice(0, longestName).join("")}"`;
}

function sender({ kind, id, name: label }: Mail["from"]): string {
  if (kind === "relay") return "relay";
  if (kind !== "agent" || !id) return `${kind} ${name(label)}`;
  return label && label !== id ? `agent ${id} ${name(label)}` : `agent ${id}`;
}

/** The one line that says whose words follow; only the runner writes a line that begins so (MSG-49). */
function headerOf({ id, from, subject, replyExpected }: Mail): string {
  const parts = [
    `signalbox message ${id} from ${sender(from)}`,
    ...(subject ? [`subject ${name(subject)}`] : []),
    ...(replyExpected ? [`reply with relay_reply and messageId ${id}`] : []),
  ];
  return `[${parts.join(", ")}]`;
}

/** What the last line of a message begins with; by it a drawn prompt is known to hold the whole of it. */
export const endingOf = (id: number): string => `[end of message ${id}`;

function endOf(mail: Mail): string {
  const { id, body, missing } = mail;
  const rest = `: ${missing} characters are missing, relay_get_message with messageId ${id} and offset ${body.length} gives them`;
  return `${endingOf(id)}${missing > 0 ? rest : ""}]`;
}

/** Signs that are drawn like the one that a header begins with, also after what is not drawn. */
const bracketed = /^[\s\p{M}\p{Cf}\u2800]*[[［【〔〖〘〚⁅⟦❲⦋⦍⦏]/u;

/** A line that could be taken for one of the runner's own stands further in than these (MSG-51). */
const bodyOf = (body: string): string =>
  clean(body)
    .split("\n")
    .map((line) => (bracketed.test(line) ? `    ${line}` : line))
    .join("\n")
    .trimEnd();

const textOf = (mail: Mail): string => [headerOf(mail), bodyOf(mail.body), endOf(mail)].join("\n");

/** What is typed now of these messages: in order of id, as many as one batch takes (MSG-52). `plain`: see `TurnReader`. */
export function batchOf(mails: Mail[], plain = (text: string) => text): { mails: Mail[]; text: string } {
  const taken: Mail[] = [];
  const texts: string[] = [];
  let characters = 0;
  for (const mail of mails.toSorted((a, b) => a.id - b.id).slice(0, mostMails)) {
    const text = plain(textOf(mail));
    characters += [...text].length + 2;
    if (taken.length > 0 && characters > mostCharacters) break;
    taken.push(mail);
    texts.push(text);
  }
  return { mails: taken, text: texts.join("\n\n") };
}

const header = /^\[signalbox message ([1-9]\d{0,9}) from (?:relay|agent|person|integration)\b.*\]$/gm;

/** Messages whose header lines stand in what a turn was given (MSG-44). */
export const idsIn = (input: string): number[] => [
  ...new Set([...input.replaceAll("\r\n", "\n").replaceAll("\r", "\n").matchAll(header)].map(([, id]) => Number(id))),
];
