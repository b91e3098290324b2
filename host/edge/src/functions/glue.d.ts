/** What jco makes of the store component; `scripts/build.mjs` writes it. */
export function instantiate(module: unknown, imports: object, instantiateCore: unknown): object;
