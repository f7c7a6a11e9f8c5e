const steps = ["B", "KB", "MB", "GB", "TB"] as const;

/** A size in the unit that keeps it under 1024: "3.4 GB". */
export function bytes(count: number): string {
  const step = Math.min(steps.length - 1, Math.floor(Math.log2(Math.max(1, count)) / 10));
  const value = count / 1024 ** step;
  return `${value >= 100 || step === 0 ? Math.round(value) : value.toFixed(1)} ${steps[step]}`;
}

/** Base64 text as bytes, and bytes as base64 text. */
export const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
