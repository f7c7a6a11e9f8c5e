import type { Bells } from "../bells.ts";
import type { Mail } from "../contracts/index.ts";
import { AppError } from "../errors.ts";

/**
 * What was just stored, for streams that are open: it need not be read again. It only saves time: a stream that is not
 * there, or that missed something, finds it in the database.
 */
export interface MailRoom {
  /** After the commit. */
  hand(agentId: string, mail: Mail): void;
  /** One stream's pigeonhole; one of a later registration closes those of earlier ones (MSG-06). */
  open(agentId: string, epoch: number): Pigeonhole;
}

export interface Pigeonhole {
  /** What was handed since the last time, or null when it was too much; Conflict when the agent has registered again. */
  take(): Mail[] | null;
  close(): void;
}

/** More than this is left to the database. */
const mostHeld = 200;

export function createMailRoom(bells: Pick<Bells, "ring">): MailRoom {
  interface Hole {
    epoch: number;
    mails: Mail[];
    missed: boolean;
  }
  const holes = new Map<string, Set<Hole>>();
  return {
    hand(agentId, mail) {
      const all = holes.get(agentId);
      if (!all) return;
      for (const hole of all) {
        if (hole.mails.length < mostHeld) hole.mails.push(mail);
        else hole.missed = true;
      }
      bells.ring(`handed:${agentId}`);
    },
    open(agentId, epoch) {
      const hole: Hole = { epoch, mails: [], missed: false };
      const all = holes.get(agentId) ?? new Set();
      holes.set(agentId, all.add(hole));
      bells.ring(`mail:${agentId}`);
      return {
        take() {
          if ([...all].some((one) => one.epoch > epoch)) {
            throw new AppError("Conflict", `Agent ${agentId} registered again: epoch ${epoch} is over`);
          }
          const mails = hole.mails.splice(0);
          const { missed } = hole;
          hole.missed = false;
          return missed ? null : mails;
        },
        close() {
          all.delete(hole);
          if (all.size === 0 && holes.get(agentId) === all) holes.delete(agentId);
        },
      };
    },
  };
}
