import { readFile } from 'node:fs/promises';
import { compileBytes, fetched } from '../engine/module.js';
import type { Platform } from './platform.js';

/** Deno: a file of the package, or what the package was imported from. */
export const deno: Platform = {
  name: 'Deno',
  load: async () => {
    const url = new URL('./store.wasm', import.meta.url);
    return url.protocol === 'file:' ? compileBytes(await readFile(url), url.href) : fetched(url);
  },
};
