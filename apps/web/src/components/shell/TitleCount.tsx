"use client";

import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { useAttention } from "../../lib/use-attention.ts";

/** The browser's title begins with the number of attention items (CON-10). */
export function TitleCount() {
  const needed = useAttention().length;
  const pathname = usePathname();
  // biome-ignore lint/correctness/useExhaustiveDependencies: every page sets its own title after navigation
  useEffect(() => {
    const apply = () => {
      const plain = document.title.replace(/^\(\d+\) /, "");
      const wanted = needed > 0 ? `(${needed}) ${plain}` : plain;
      if (document.title !== wanted) document.title = wanted;
    };
    apply();
    const watch = new MutationObserver(apply);
    watch.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => watch.disconnect();
  }, [needed, pathname]);
  return null;
}
