// Preloaded into a program (`node --import`): its Date is off by the milliseconds in the file CHAOS_CLOCK_FILE, which may
// change at any time. Neither the machine's clock nor timers are touched.
import { readFileSync } from "node:fs";

const file = process.env.CHAOS_CLOCK_FILE ?? "";
const Real = Date;
let offset = 0;

function look() {
  try {
    offset = Number(readFileSync(file, "utf8")) || 0;
  } catch {
    offset = 0;
  }
}
look();
setInterval(look, 50).unref();

globalThis.Date = class Stepped extends Real {
  constructor(...args) {
    if (args.length) super(...args);
    else super(Real.now() + offset);
  }
  static now() {
    return Real.now() + offset;
  }
};
Object.defineProperty(globalThis.Date, "name", { value: "Date" });
