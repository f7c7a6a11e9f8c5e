"use client";

import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMediaQuery } from "@mantine/hooks";
import { OrchestratorId } from "@signalbox/api/contracts";
import { useMutation } from "@tanstack/react-query";
import { problemOf } from "../../lib/problem.ts";
import { useSession } from "../../lib/use-session.ts";
import { useTRPC } from "../../trpc/context.ts";
import { Refused } from "../parts/Refused.tsx";
import { HostStart } from "./HostStart.tsx";

/** Makes a token that is good for one host alone, and shows the whole command to start it, once (CON-37). */
export function AddHostDialog({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const narrow = useMediaQuery("(max-width: 48em)");
  // The answer holds the token's text: it goes out of memory as soon as nobody shows it.
  const create = useMutation(useTRPC().tokens.create.mutationOptions({ gcTime: 0 }));
  const form = useForm({
    initialValues: { id: "", baseDir: "~/agents" },
    validate: {
      id: (id) =>
        OrchestratorId.safeParse(id).success
          ? null
          : "1 to 63 characters of a-z0-9._- that begin with a letter or digit",
      baseDir: (baseDir) => (baseDir.trim() ? null : "A directory is needed"),
    },
  });
  const { id, baseDir } = form.values;
  const problem = create.error ? problemOf(create.error) : null;
  const make = () => {
    const constraints = { ...session?.constraints, orchestrators: [id] };
    create.mutate({ name: `host ${id}`, profile: "orchestrator", constraints });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={create.data ? `Start ${id} now` : "Add host"}
      size={620}
      fullScreen={narrow}
      closeOnClickOutside={false}
    >
      {create.data ? (
        <HostStart id={id} baseDir={baseDir.trim()} token={create.data.text} onDone={onClose} />
      ) : (
        <form noValidate onSubmit={form.onSubmit(make)}>
          <Stack gap="md">
            <Text size="sm">
              A host is a machine that runs agents. Its orchestrator dials out to this relay and opens no port; it needs
              Node.js, git, tmux and a clone of this version.
            </Text>
            <TextInput
              label="Id"
              description="Its name from now on, such as build-2"
              placeholder="build-2"
              maxLength={63}
              data-autofocus
              {...form.getInputProps("id")}
            />
            <TextInput
              label="Base directory"
              description="On that machine; agents work below it, and it must exist"
              maxLength={500}
              {...form.getInputProps("baseDir")}
            />
            <Refused problem={problem} />
            <Group justify="flex-end" gap="sm">
              <Text size="xs" c="dimmed" style={{ flex: "1 1 110px" }}>
                Makes a token that is good for this host alone.
              </Text>
              <Button variant="default" size="sm" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" size="sm" loading={create.isPending}>
                Make token
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}
