import { expect } from "vitest";
import type { Answer } from "./doors.ts";

type Said = Pick<Answer, "status" | "code"> & { text?: string };

interface Kind {
  attempt: string;
  door: string;
  answers: Map<string, number>;
}

/** Whether an answer refuses: a code of the closed list or a status of the 400s; never a failure inside the relay. */
export const refuses = ({ status, code }: Said): boolean =>
  code !== "ok" && code !== "Internal" && code !== "no code" && status < 500 + Number(code === "Unavailable") * 99;

/** Whether an answer is in order, be it a refusal or not: nothing failed inside the relay. */
export const holds = (answer: Said): boolean => answer.code === "ok" || refuses(answer);

/** A record of what was tried, and of what came of it. */
export function attempts() {
  const kinds = new Map<string, Kind>();
  const through: string[] = [];
  let tried = 0;
  return {
    /** Notes one attempt; what is not `fine` got through. */
    note(attempt: string, door: string, answer: Said, fine: (answer: Said) => boolean = refuses): void {
      const key = `${attempt}\0${door}`;
      const kind = kinds.get(key) ?? { attempt, door, answers: new Map() };
      kinds.set(key, kind);
      const said = answer.code.startsWith("HTTP") ? answer.code : `${answer.status} ${answer.code}`;
      kind.answers.set(said, (kind.answers.get(said) ?? 0) + 1);
      tried += 1;
      if (!fine(answer)) through.push(`${attempt} | ${door} | ${said} ${answer.text?.slice(0, 300) ?? ""}`);
    },
    /** Prints one line for each kind of attempt and door, with how often it was answered how. */
    print(title: string): void {
      const lines = [...kinds.values()].map(({ attempt, door, answers }) => {
        const counts = [...answers].map(([said, count]) => (count > 1 ? `${count} × ${said}` : said)).join(", ");
        return `${attempt.padEnd(58)} | ${door.padEnd(9)} | ${counts}`;
      });
      const sum = `${tried} attempts, ${tried - through.length} refused or without effect, ${through.length} got through`;
      console.log([title, ...lines, sum].join("\n"));
    },
    /** Fails when anything got through. */
    none(): void {
      expect(through.slice(0, 20)).toEqual([]);
    },
  };
}

/** Runs jobs, so many at a time. */
export async function each<T>(items: readonly T[], run: (item: T) => Promise<void>, atOnce = 8): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
