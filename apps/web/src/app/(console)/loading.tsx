import { PageSkeleton } from "../../components/PageSkeleton.tsx";

export default function Loading() {
  return <PageSkeleton />;
}
