import { exec, type Ran } from "../exec.ts";

/** A tmux server of our own: its socket, and the environment that it and all its sessions start from (HST-15, HST-52). */
export interface Tmux {
  socket: string;
  env: Record<string, string>;
}

/** Arguments that lead to this server and to no configuration of a person. */
export const serverArgs = ({ socket }: Pick<Tmux, "socket">): string[] => ["-u", "-S", socket, "-f", "/dev/null"];

/** Runs one tmux command line (several commands are parted by `;` as an argument of its own). Never rejects. */
export const tmux = (server: Tmux, args: string[]): Promise<Ran> =>
  exec("tmux", [...serverArgs(server), ...args], { env: server.env });

/** Exactly this session, never one whose name begins alike. */
export const exactly = (sessionName: string): string => `=${sessionName}:`;

/** Text as one shell word. */
export const shellWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
