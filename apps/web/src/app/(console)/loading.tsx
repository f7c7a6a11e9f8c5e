import { PageSkeleton } from "../../components/parts/PageSkeleton.tsx";

export default function Loading() {
  return <PageSkeleton />;
}
