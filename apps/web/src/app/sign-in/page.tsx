import type { Metadata } from "next";
import { Providers } from "../../components/shell/Providers.tsx";
import { SignIn } from "../../components/sign-in/SignIn.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default function Page() {
  return (
    <Providers>
      <SignIn />
    </Providers>
  );
}
