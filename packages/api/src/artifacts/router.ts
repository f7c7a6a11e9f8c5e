import { router, scoped } from "../trpc.ts";
import {
  Artifact,
  ArtifactContent,
  ArtifactDetail,
  ArtifactPage,
  AttachAnswer,
  AttachArtifact,
  GetArtifact,
  ListArtifacts,
  RemovedArtifact,
  UploadArtifact,
} from "./schema.ts";
import * as artifacts from "./service.ts";

export const artifactsRouter = router({
  upload: scoped("artifact:write")
    .meta({
      rest: "POST /artifacts",
      maxBodyMiB: 72,
      mcp: {
        name: "relay_upload_artifact",
        title: "Upload an artifact",
        description:
          "Stores a file (log, patch, image, …; at most 5 MiB) and answers its id. Then relay_attach_artifact shows it where it belongs.",
      },
    })
    .input(UploadArtifact)
    .output(Artifact)
    .mutation(({ ctx, input }) => artifacts.upload(ctx, input)),
  get: scoped("artifact:read")
    .meta({ rest: "GET /artifacts/{artifactId}" })
    .input(GetArtifact)
    .output(ArtifactDetail)
    .query(({ ctx, input }) => artifacts.get(ctx, input)),
  content: scoped("artifact:read")
    .meta({ rest: "GET /artifacts/{artifactId}/content", download: true })
    .input(GetArtifact)
    .output(ArtifactContent)
    .query(({ ctx, input }) => artifacts.content(ctx, input)),
  list: scoped("artifact:read")
    .meta({ rest: "GET /artifacts" })
    .input(ListArtifacts)
    .output(ArtifactPage)
    .query(({ ctx, input }) => artifacts.list(ctx, input)),
  attach: scoped("artifact:write")
    .meta({
      rest: "POST /artifacts/{artifactId}/links",
      mcp: {
        name: "relay_attach_artifact",
        title: "Attach an artifact",
        description: "Links an uploaded artifact to a message, workspace, agent, command or activity record.",
        hints: { idempotent: true },
      },
    })
    .input(AttachArtifact)
    .output(AttachAnswer)
    .mutation(({ ctx, input }) => artifacts.attach(ctx, input)),
  remove: scoped("artifact:admin")
    .meta({ rest: "DELETE /artifacts/{artifactId}" })
    .input(GetArtifact)
    .output(RemovedArtifact)
    .mutation(({ ctx, input }) => artifacts.remove(ctx, input)),
});
