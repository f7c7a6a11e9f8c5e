import type { AnswerTo, HostRequest } from "@signalbox/api/contracts";
import { RequestFailure } from "../failure.ts";
import { diffOf } from "../git/diff.ts";
import { type Git, WorkspaceError } from "../git/index.ts";
import type { Send } from "./handlers.ts";

type Part = AnswerTo<"workspace.diff">;

/** Characters of one answer: with all that JSON adds it stays within what a connection takes. */
const perPart = 250_000;

/** Answers the change of a workspace in parts (WSP-69). */
export async function sendDiff(
  { git }: { git: Git },
  request: Extract<HostRequest, { type: "workspace.diff" }>,
  send: Send,
): Promise<null> {
  const { files, ...rest } = await diffOf(git, request).catch((error: unknown) => {
    if (error instanceof WorkspaceError) throw new RequestFailure("NotFound", error.message);
    throw error;
  });
  let part: Part["files"] = [];
  let size = 0;
  for (const file of files) {
    const more = (file.text?.length ?? 0) + file.path.length;
    if (part.length > 0 && size + more > perPart) {
      if (!(await send({ ...rest, files: part }, false))) return null;
      part = [];
      size = 0;
    }
    part.push(file);
    size += more;
  }
  await send({ ...rest, files: part }, true);
  return null;
}
