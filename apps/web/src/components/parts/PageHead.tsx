import { Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./PageHead.module.css";

interface Props {
  title: ReactNode;
  /** One line under the title. */
  about?: ReactNode;
  /** Buttons at the right. */
  children?: ReactNode;
}

/** Name of the page and what can be done on it. */
export function PageHead({ title, about, children }: Props) {
  return (
    <header className={classes.head}>
      <div className={classes.names}>
        <Title order={1} className={classes.title}>
          {title}
        </Title>
        {about ? (
          <Text component="div" size="sm" c="dimmed" className={classes.about}>
            {about}
          </Text>
        ) : null}
      </div>
      {children ? <div className={classes.actions}>{children}</div> : null}
    </header>
  );
}
