"use client";

import { Alert, Button, Code, Text } from "@mantine/core";

/** A page that could not be drawn; navigation stays usable (CON-59). */
export default function PageFailed({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <Alert color="red" variant="light" title="This page could not be shown" role="alert">
      <Text size="sm">
        Try again; if it stays, the relay's log has the cause
        {error.digest ? (
          <>
            {" "}
            under <Code>{error.digest}</Code>
          </>
        ) : null}
        .
      </Text>
      <Button variant="default" mt="sm" onClick={reset}>
        Try again
      </Button>
    </Alert>
  );
}
