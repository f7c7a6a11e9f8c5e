import type { Metadata } from "next";
import { Providers } from "../../components/Providers.tsx";
import { SignIn } from "../../components/SignIn.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default function Page() {
  return (
    <Providers>
      <SignIn />
    </Providers>
  );
}
