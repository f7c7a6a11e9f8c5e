import { Skeleton, Stack } from "@mantine/core";

/** The shape of a page that is being read: its name, its tools, its first panel (CON-59). */
export function PageSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading the page">
      <Skeleton height={26} width={180} mb={22} />
      <Skeleton height={30} width={320} mb={14} />
      <Stack gap={12}>
        {Array.from({ length: rows }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a skeleton have no other name
          <Skeleton key={row} height={40} radius="md" />
        ))}
      </Stack>
    </div>
  );
}
