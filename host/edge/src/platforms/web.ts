import { fetched } from '../engine/module.js';
import type { Platform } from './platform.js';

/** Browsers and their workers. Bundlers know this form of a URL and bring the file along. */
export const web: Platform = {
  name: 'browser',
  load: () => fetched(new URL('./store.wasm', import.meta.url)),
};
