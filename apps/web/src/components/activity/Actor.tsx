import type { ActivityRecord } from "../../lib/types.ts";
import { ActivityLink, ActorLink } from "../parts/Links.tsx";
import classes from "./Activity.module.css";

/** Who did it, and on whose behalf where that is somebody else (IDN-58). */
export function Actor({ item: { actor, onBehalfOf } }: { item: Pick<ActivityRecord, "actor" | "onBehalfOf"> }) {
  return (
    <span>
      <ActorLink name={actor} />
      {onBehalfOf === actor ? null : (
        <span className={classes.behalf}>
          {" "}
          for <ActivityLink by="root" name={onBehalfOf} />
        </span>
      )}
    </span>
  );
}
