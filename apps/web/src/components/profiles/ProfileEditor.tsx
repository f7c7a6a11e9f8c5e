"use client";

import { Button, Text } from "@mantine/core";
import { useMutationState } from "@tanstack/react-query";
import Link from "next/link";
import type { AgentProfile } from "../../lib/types.ts";
import { useProfileForm } from "../../lib/use-profile-form.ts";
import { useRefusal } from "../../lib/use-session.ts";
import { count } from "../../lib/words.ts";
import { useTRPC } from "../../trpc/context.ts";
import { PageHead } from "../parts/PageHead.tsx";
import { Refused } from "../parts/Refused.tsx";
import { Time } from "../parts/Time.tsx";
import classes from "./Profile.module.css";
import { ProfileProgram, ProfileRig, ProfileRights } from "./ProfileFields.tsx";
import { RemoveProfile } from "./RemoveProfile.tsx";
import { VersionConflict } from "./VersionConflict.tsx";

interface Saved {
  profile: AgentProfile;
  liveWithOlderGrant: number;
}

/** The answer of the save that made the version which is stored now, if it was made in this tab. */
function useSaved(stored: AgentProfile | null): Saved | undefined {
  const answers = useMutationState<Saved>({
    filters: { mutationKey: useTRPC().profiles.put.mutationKey(), status: "success" },
    select: ({ state }) => state.data as Saved,
  });
  return answers.findLast(({ profile }) => profile.name === stored?.name && profile.version === stored.version);
}

interface Props {
  /** null: a new one. */
  stored: AgentProfile | null;
  /** Hears that the profile is being removed, or that it stays. */
  onRemoving?: (removing: boolean) => void;
}

/** Everything that a profile holds. Nothing is said to be saved before the relay has said so (CON-60). */
export function ProfileEditor({ stored, onRemoving }: Props) {
  const { form, base, conflict, saving, refused, save, take, discard, keep } = useProfileForm(stored);
  const missing = useRefusal("profile:write");
  const saved = useSaved(stored);
  const dirty = form.isDirty();
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!saving && !conflict) save();
      }}
    >
      <PageHead
        title={stored?.name ?? "New profile"}
        about={
          stored ? (
            <>
              Version {stored.version} · changed <Time at={stored.updatedAt} /> by {stored.updatedBy} ·{" "}
              {count(stored.liveAgents, "live agent")}
            </>
          ) : (
            "Agents are started with a profile by its name"
          )
        }
      >
        <Button component={Link} href="/profiles" variant="default">
          All profiles
        </Button>
        {stored ? <RemoveProfile profile={stored} onRemoving={onRemoving} /> : null}
      </PageHead>
      {conflict && base ? (
        <VersionConflict
          mine={form.values}
          version={base.version}
          stored={conflict}
          onTake={take}
          onDiscard={discard}
          onKeep={keep}
        />
      ) : null}
      <fieldset className={classes.fields} disabled={missing !== null} aria-label="Profile">
        <div className={classes.column}>
          <ProfileProgram form={form} isNew={!base} />
          <ProfileRig form={form} />
        </div>
        <div className={classes.aside}>
          <ProfileRights form={form} />
        </div>
      </fieldset>
      <div className={classes.bar}>
        <div>
          {refused ? (
            <Refused problem={refused} />
          ) : (
            <Text size="sm" c={saved && !dirty ? undefined : "dimmed"} component="div" role="status">
              {dirty
                ? "Not saved yet"
                : saved
                  ? inWords(saved)
                  : stored
                    ? "Everything is saved"
                    : "Only the name is needed"}
            </Text>
          )}
        </div>
        {dirty && stored ? (
          <Button variant="default" size="sm" onClick={discard}>
            Discard changes
          </Button>
        ) : null}
        {missing ? (
          <Button size="sm" data-disabled aria-disabled="true" data-hint={missing}>
            Save
          </Button>
        ) : (
          <Button type="submit" size="sm" loading={saving} disabled={conflict !== null}>
            {base ? "Save" : "Create profile"}
          </Button>
        )}
      </div>
    </form>
  );
}

/** What a save did: live agents keep what they were started with (CON-42, IDN-47). */
function inWords({ profile, liveWithOlderGrant: live }: Saved): string {
  const kept = live === 1 ? "1 live agent keeps the older grant" : `${live} live agents keep the older grant`;
  return `Saved as version ${profile.version}. ${kept}.`;
}
