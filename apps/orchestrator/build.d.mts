/** Bundles the three programs into `outdir`. */
export function bundle(outdir: string): Promise<unknown>;
