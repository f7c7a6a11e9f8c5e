import { createSerial } from "../serial.ts";

/** Only one writes at the program's prompt at a time: what is typed in the middle of another text becomes a part of it. */
export type Pen = <T>(work: () => Promise<T>) => Promise<T>;

export function createPen(): Pen {
  const serial = createSerial();
  return (work) => serial("pen", work) as ReturnType<typeof work>;
}
