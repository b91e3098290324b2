#!/usr/bin/env node
// What a page downloads: the npm package beside SQLite and Postgres in WebAssembly, compressed as servers do it.
//
//     npm ci --prefix benches/edge && npm ci --prefix host/edge && npm run --prefix host/edge build
//     npm run --prefix benches/edge sizes

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const DIST = join(HERE, '../../host/edge/dist');
const SQLITE = join(HERE, 'node_modules/@sqlite.org/sqlite-wasm');
const PGLITE = join(HERE, 'node_modules/@electric-sql/pglite/dist');

/** An entry with the chunks that it imports. */
function scripts(folder, entry, seen = new Set()) {
  if (seen.has(entry)) return [];
  seen.add(entry);
  const text = readFileSync(join(folder, entry), 'utf8');
  const imported = [...text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map(([, name]) => name);
  return [join(folder, entry), ...imported.flatMap((name) => scripts(folder, name, seen))];
}

/** What an entry has that another one has not. */
function added(entry, to) {
  const there = scripts(DIST, to);
  return scripts(DIST, entry).filter((file) => !there.includes(file));
}

const named = (folder, test) => readdirSync(folder, { recursive: true }).filter((name) => test(name)).map((name) => join(folder, name));

const KIB = 1024;
const rows = [
  ['core: all data types', [join(DIST, 'core/store.wasm')], 300],
  ['with vectors', [join(DIST, 'store.wasm')], 360],
  ['JavaScript of the page', scripts(DIST, 'web.js'), 25],
  ['JavaScript for functions, besides', scripts(DIST, 'functions.js'), undefined],
  ['the gateway, besides', [join(DIST, 'gateway.wasm')], undefined],
  ['JavaScript for the gateway, besides', added('gateway-node.js', 'node.js'), undefined],
  ['REST calls, besides', [join(DIST, 'http.wasm')], undefined],
  ['JavaScript for REST calls, besides', added('http-node.js', 'node.js'), undefined],
  ['@sqlite.org/sqlite-wasm', [...named(SQLITE, (name) => name.endsWith('sqlite3.wasm')), ...named(SQLITE, (name) => name.endsWith('sqlite3-bundler-friendly.mjs'))], undefined],
  ['@electric-sql/pglite', [join(PGLITE, 'pglite.wasm'), join(PGLITE, 'pglite.data'), ...scripts(PGLITE, 'index.js')], undefined],
];

const kib = (bytes) => (bytes / KIB).toFixed(1).padStart(9);
console.log(`${'KiB'.padEnd(36)}${'plain'.padStart(9)}${'gzip -9'.padStart(9)}${'Brotli'.padStart(9)}   goal`);
for (const [name, files, goal] of rows) {
  const bytes = files.map((file) => readFileSync(file));
  const sum = (measure) => bytes.reduce((total, file) => total + measure(file), 0);
  const gzip = sum((file) => gzipSync(file, { level: 9 }).length);
  const brotli = sum((file) => brotliCompressSync(file, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length);
  const verdict = goal === undefined ? '' : `<= ${goal} ${gzip <= goal * KIB ? 'met' : 'missed'}`;
  console.log(`${name.padEnd(36)}${kib(sum((file) => file.length))}${kib(gzip)}${kib(brotli)}   ${verdict}`.trimEnd());
}
