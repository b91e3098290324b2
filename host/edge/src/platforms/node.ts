import { readFile } from 'node:fs/promises';
import { compileBytes } from '../engine/module.js';
import type { Platform } from './platform.js';

/** Node and Bun: the module is a file of the package. */
export const node: Platform = {
  name: `${globalThis.process?.versions?.['bun'] ? 'Bun' : 'Node'} ${globalThis.process?.platform}`,
  load: async () => {
    const url = new URL('./store.wasm', import.meta.url);
    return compileBytes(await readFile(url), url.href);
  },
};
