import module from './store.wasm';
import type { Platform } from './platform.js';

/** Workers may not compile WebAssembly: the module is imported. An isolate has 128 MB, of which data may take half. */
export const cloudflare: Platform = {
  name: 'workerd',
  load: async () => module,
  maxMemory: '64mb',
};
