// A part of every session's runner: nothing here brings the schemas' library with it.

/** Text of a line in an answer is cut here, in UTF-16 units; a cut one ends in `…`. */
export const longestLogLine = 2000;

const tokenLike = /sbx_(?:tok_)?\w{8,}/gi;

/** The text without anything that looks like a token of IDN-03, whole or cut (HST-50). */
export const maskTokens = (text: string): string =>
  text.includes("bx_") || text.includes("BX_") ? text.replace(tokenLike, "sbx_[masked]") : text;
