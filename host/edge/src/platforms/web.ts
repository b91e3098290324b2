import { fetched } from '../engine/module.js';
import type { Platform } from './platform.js';

/** Browsers and their workers. Bundlers know this form of a URL and bring the file along. */
export const web: Platform = {
  name: 'browser',
  // A call of Chromium's `TextEncoder` takes as long as writing so many characters, and leaves a view behind besides.
  shortText: 160,
  load: () => fetched(new URL('./store.wasm', import.meta.url)),
};
