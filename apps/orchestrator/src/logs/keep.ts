import { shellWord } from "../tmux/tmux.ts";
import { currentNumber, type Log, largestFile, mostFiles } from "./files.ts";

const blockBytes = 64 * 1024;

/**
 * The program that tmux pipes a session's output to, for as long as the session lives: it fills files of 10 MB, five at
 * most (HST-49). `dd` takes what there is and no byte more, so nothing is lost or doubled between two files; and the
 * daemon may be away. What a full disk refuses is dropped, and a line says so once there is room again.
 */
export async function keepOutput(log: Log, { largest = largestFile } = {}): Promise<string> {
  const room = Math.min(1024 * 1024, largest / 2);
  const current = `${log.name}.log`;
  const read = (blocks: string) => `LC_ALL=C dd bs=${blockBytes} count=${blocks}`;
  return [
    `umask 077; cd ${shellWord(log.dir)} || exit; n=${await currentNumber(log)}; lost=`,
    "while :; do",
    `if [ "$lost" ]; then printf '\\r\\n[signalbox] output near this line is missing: it could not be written\\r\\n' >>${current} && lost=; fi`,
    `size=$(($(wc -c <${current} || echo 0)))`,
    `if [ $size -gt ${largest - room} ]; then`,
    `rm -f ${log.name}.$((n-${mostFiles - 1})).log; mv ${current} ${log.name}.$n.log && n=$((n+1)) size=0; fi`,
    `blocks=$(((${largest}-size)/${blockBytes})); { [ $blocks -gt 0 ] && [ -z "$lost" ]; } || blocks=1`,
    `if said=$(${read("$blocks")} 2>&1 >>${current}); then`,
    `case $said in "0+0 records in"*) exit;; *) continue;; esac; fi; lost=1`,
    // Where not even the file could be opened, nothing was taken out of the pipe yet.
    `case $said in *"records in"*) continue;; esac`,
    `case $(${read("1")} 2>&1 >/dev/null) in "0+0 records in"*) exit;; *"records in"*) ;; *) exit;; esac`,
    "done 2>/dev/null",
  ].join("\n");
}
