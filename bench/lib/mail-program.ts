import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A small program in claude's place: draws its prompt, shows what is pasted, and after Enter tells its hooks of a turn that
 * begins and ends at once. Of bash, whose `read` makes a newline of every return, so that a hundred of them cost little beside their runners.
 */
const script = `#!/bin/bash
case " $* " in
  *" --version "*) echo "2.1.330 (Claude Code)"; exit ;;
  *" --print "*) echo "Error: Input must be provided" >&2; exit 1 ;;
esac
while [ $# -gt 0 ]; do [ "$1" = --session-id ] && id=$2; shift; done
rule=$(printf '─%.0s' $(seq 1 80))
draw() { printf '\\e[2J\\e[H%s\\r\\n❯ %s\\r\\n%s\\r\\n  manual mode on' "$rule" "\${1//$'\\n'/$'\\r\\n'}" "$rule"; }
hook() { printf '{"session_id":"%s","hook_event_name":"%s"%s}' "$id" "$1" "$2" | sbx hook; }
stty raw -echo
hook SessionStart ',"source":"startup"'
printf '\\e[?2004h'
draw ""
text=""
pasting=
while IFS= read -r -d '' -n 1 c; do
  text+=$c
  case "$text" in
    *$'\\e[200~') text=""; pasting=1 ;;
    *$'\\e[201~') text=\${text%$'\\e[201~'}; pasting=; draw "$text" ;;
    *$'\\n')
      [ -n "$pasting" ] && continue
      prompt=\${text%$'\\n'}; prompt=\${prompt//\\"/\\\\\\"}; prompt=\${prompt//$'\\n'/\\\\n}
      text=""
      draw ""
      hook UserPromptSubmit ",\\"prompt\\":\\"$prompt\\""
      hook Stop ',"last_assistant_message":"ok"' ;;
  esac
done
`;

/** Writes the program into a directory; the argv of the provider. */
export function mailProgram(dir: string): string[] {
  const path = join(dir, "mail-program");
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return [path];
}
