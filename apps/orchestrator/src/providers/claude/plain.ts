/** The program reads a file that is named after an `@` to its model, without asking; not where something stands before the sign. */
export const plain = (text: string): string => text.replace(/(?<![\p{L}\p{N}\\])@/gu, "\\@");
