import { VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Table.module.css";

export interface Column {
  label: string;
  /** Narrowest width at which it is shown; its cells carry the same `data-from`. */
  from?: "xs" | "sm" | "md" | "lg";
  right?: boolean;
  /** Told to screen readers alone, as that of a column of buttons. */
  unseen?: boolean;
}

/** A table of things; the children are its rows. */
export function Table({ columns, children }: { columns: readonly Column[]; children: ReactNode }) {
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          {columns.map(({ label, from, right, unseen }) => (
            <th key={label} scope="col" data-from={from} data-right={right}>
              {unseen ? <VisuallyHidden>{label}</VisuallyHidden> : label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
