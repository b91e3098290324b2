import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { contentSecurityPolicy } from './plugin/policy.js';
import { offline } from './plugin/offline.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // Relative, so that the page works at any path, also that of `ferrite serve --http`.
  base: './',
  resolve: { alias: { '@ferritelabs/ferrite-wasm': here('../dist/web.js') } },
  server: { fs: { allow: [here('.'), here('../dist')] } },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  plugins: [contentSecurityPolicy(), offline(here('./plugin/worker.js'), here('./public'))],
});
