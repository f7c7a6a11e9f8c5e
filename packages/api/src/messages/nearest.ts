import leven from "leven";

const most = 5;

/** Up to five of the words that are written most alike; none that has little in common with the text (MSG-21). */
export function nearest(text: string, words: string[]): string[] {
  const wanted = text.toLowerCase();
  const far = Math.max(2, Math.ceil(wanted.length / 2));
  return [...new Set(words)]
    .map((word) => ({ word, distance: leven(wanted, word.toLowerCase(), { maxDistance: far + 1 }) }))
    .filter(({ distance }) => distance <= far)
    .toSorted((a, b) => a.distance - b.distance || a.word.localeCompare(b.word))
    .slice(0, most)
    .map(({ word }) => word);
}
