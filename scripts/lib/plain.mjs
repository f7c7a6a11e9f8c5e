/** What npm and turbo say around a failing program, which helps nobody who reads the program's own lines. */
const CHATTER =
  /^\s*$|^npm (warn|error)|^> (?!@)|^\s*[•│]|^cache (miss|hit)|^\s*(Tasks|Cached|Time):| ERROR {2}|WARNING {2}command/;

/** The lines of a program's output that are its own. */
export const plain = (output) => output.split("\n").filter((line) => !CHATTER.test(line));
