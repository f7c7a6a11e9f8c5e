"use client";

import { Alert, Button, Group, Text } from "@mantine/core";
import type { ProfileValues } from "../../lib/profile-form.ts";
import { differences, type Field } from "../../lib/profile-versions.ts";
import type { AgentProfile } from "../../lib/types.ts";
import table from "../parts/Table.module.css";
import { Time } from "../parts/Time.tsx";
import classes from "./Profile.module.css";

interface Props {
  mine: ProfileValues;
  /** The version that was edited. */
  version: number;
  stored: AgentProfile;
  onTake: (field: Field) => void;
  /** Forget what was typed. */
  onDiscard: () => void;
  /** Go on with what was typed, as a change of the stored version. */
  onKeep: () => void;
}

/** Somebody else changed the profile meanwhile: both versions side by side, and nothing overwritten (CON-42). */
export function VersionConflict({ mine, version, stored, onTake, onDiscard, onKeep }: Props) {
  const different = differences(mine, stored);
  return (
    <Alert
      variant="light"
      mb="md"
      role="alert"
      classNames={{ root: classes.conflict, title: classes.conflictTitle }}
      title={`Conflict: ${stored.updatedBy} saved version ${stored.version} while you edited version ${version}`}
    >
      <Text size="sm" mb="sm">
        Changed <Time at={stored.updatedAt} />. Nothing was overwritten, and what you typed is still in the form.
      </Text>
      {different.length === 0 ? (
        <Text size="sm">Both versions say the same.</Text>
      ) : (
        <table className={`${table.table} ${classes.versions}`}>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Yours</th>
              <th scope="col">Version {stored.version}</th>
            </tr>
          </thead>
          <tbody>
            {different.map(({ field, label, mine: typed, stored: theirs }) => (
              <tr key={field}>
                <th scope="row">{label}</th>
                <td data-value>{typed || "–"}</td>
                <td data-value>
                  {theirs || "–"}
                  <div>
                    <Button variant="default" size="compact-xs" mt={6} onClick={() => onTake(field)}>
                      Take this {label.toLowerCase()}
                    </Button>
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Group gap="sm" mt="md">
        <Button variant="default" onClick={onDiscard}>
          Discard mine
        </Button>
        <Button variant="default" onClick={onKeep}>
          Keep mine as a change of version {stored.version}
        </Button>
      </Group>
    </Alert>
  );
}
