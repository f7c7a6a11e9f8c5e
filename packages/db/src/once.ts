/** Runs `act` at the first call; every call gets that one's outcome. */
export function once<T>(act: () => Promise<T>): () => Promise<T> {
  let outcome: Promise<T> | undefined;
  return () => {
    outcome ??= act();
    return outcome;
  };
}
