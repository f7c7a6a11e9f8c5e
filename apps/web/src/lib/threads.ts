import type { Message } from "./types.ts";

/** What a list shows of one thread: its newest message of the page, and how many of the page belong to it. */
export interface Thread {
  threadId: number;
  newest: Message;
  /** The newest subject that one of them has. */
  subject: string | null;
  messages: number;
}

/** Messages, newest first, as threads in the order of their newest one (CON-44). */
export function threadsOf(messages: readonly Message[]): Thread[] {
  const threads = new Map<number, Thread>();
  for (const message of messages) {
    const thread = threads.get(message.threadId);
    if (thread) {
      thread.messages += 1;
      thread.subject ??= message.subject;
    } else {
      const { threadId, subject } = message;
      threads.set(threadId, { threadId, newest: message, subject, messages: 1 });
    }
  }
  return [...threads.values()];
}

/** The message that an answer of a person goes to: the newest that an agent wrote; null when none did (MSG-63). */
export const answerable = (messages: readonly Message[]): Message | null =>
  messages.findLast(({ from }) => from.kind === "agent") ?? null;
