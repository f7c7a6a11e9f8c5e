/** Polls until `condition` answers something truthy and answers that; fails, naming what was awaited, after `ms`. */
export async function until(what, condition, ms = 15_000) {
  const deadline = performance.now() + ms;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`waited ${ms} ms for ${what}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** Whether a process of this id is running. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
