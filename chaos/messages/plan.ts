import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One agent of the case: its token, and where its session keeps what the case compares. */
export interface PlayedAgent {
  agentId: string;
  token: string;
  dir: string;
}

/** What a process with sessions is told. */
export interface Orders {
  relay: string;
  /** Agents whose sessions it plays. */
  own: PlayedAgent[];
  /** Everybody who may be written to. */
  everybody: string[];
  /** Messages that each of its agents sends. */
  quota: number;
}

/** Message that the relay has answered as stored. */
export interface Accepted {
  messageId: number;
  to: string;
}

/** What a session's program was given: typed at its prompt, submitted, and then read by a turn. */
export interface Shown {
  step: "typed" | "entered" | "turn";
  ids: number[];
}

/** A file of JSON lines in a session's directory; a line that a kill tore counts as not written. */
export function linesFile<Line>({ dir }: Pick<PlayedAgent, "dir">, name: "accepted" | "shown") {
  const file = join(dir, `${name}.jsonl`);
  return {
    add: (line: Line) => appendFileSync(file, `${JSON.stringify(line)}\n`),
    read: (): Line[] =>
      existsSync(file)
        ? readFileSync(file, "utf8")
            .split("\n")
            .flatMap(parsed<Line>)
        : [],
  };
}

function parsed<Line>(text: string): Line[] {
  try {
    return text ? [JSON.parse(text) as Line] : [];
  } catch {
    return [];
  }
}
