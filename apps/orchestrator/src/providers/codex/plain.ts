/** The program adds the text of a skill that is named after a `$`, wherever that stands; a backslash before the `$` changes nothing. */
export const plain = (text: string): string => text.replace(/\$(?=[\p{L}\p{N}_:-])/gu, () => "$\\");
