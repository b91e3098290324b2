#!/usr/bin/env node
// The npm package beside @sqlite.org/sqlite-wasm (in memory, prepared statements) and a Map, in Node and in Chromium.
//
//     npm ci --prefix benches/edge && npm ci --prefix host/edge && npm run --prefix host/edge build
//     npm run --prefix benches/edge compare            # two minutes; -- --rounds 9 node
//
// One thread, one table of 10,000 keys with values of 100 characters, half of the operations set and half get. The contenders
// take turns; what is shown is the median of the rounds. Nothing is asserted.

import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { serveFiles } from '../../host/edge/test/files.mjs';
import { measure } from './workload.mjs';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PACKAGE = join(HERE, '../../host/edge/dist');
const SQLITE = join(HERE, 'node_modules/@sqlite.org/sqlite-wasm/sqlite-wasm/jswasm/sqlite3.wasm');
const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string', default: '5' } } });
const places = positionals.length > 0 ? positionals : ['node', 'chromium'];
const rounds = Number(values.rounds);

for (const place of places) {
  const { rates, cold } = await { node: inNode, chromium: inChromium }[place]();
  show(place, rates, cold);
}

async function inNode() {
  const { Ferrite } = await import(join(PACKAGE, 'node.js'));
  // SQLite's module is written for pages and workers: it looks for `self` and `location`, and fetches its file.
  globalThis.self ??= globalThis;
  globalThis.location ??= new URL('http://localhost/');
  const { default: init } = await import('@sqlite.org/sqlite-wasm');
  const sqlite3 = await init({ print: () => {}, printErr: () => {}, wasmBinary: await readFile(SQLITE) });
  const script = `const began = performance.now(); const { Ferrite } = await import(${JSON.stringify(join(PACKAGE, 'node.js'))});
    await new Ferrite().set('a', 'b'); console.log(performance.now() - began); process.exit();`;
  const starts = Array.from({ length: 9 }, () => Number(execFileSync(process.execPath, ['--input-type=module', '-e', script])));
  return { rates: await measure({ Ferrite, sqlite3 }, rounds), cold: starts.sort((a, b) => a - b)[4] };
}

async function inChromium() {
  const { chromium } = await import('playwright-core');
  const folder = await mkdtemp(join(tmpdir(), 'ferrite-edge-bench-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>bench</title>');
  await cp(PACKAGE, join(folder, 'ferrite'), { recursive: true });
  await build({
    stdin: {
      contents: `import init from '@sqlite.org/sqlite-wasm'; export { measure } from './workload.mjs'; export const sqlite = init;`,
      resolveDir: HERE,
    },
    bundle: true,
    format: 'esm',
    outfile: join(folder, 'bench.js'),
    logLevel: 'error',
  });
  await cp(SQLITE, join(folder, 'sqlite3.wasm'));
  const site = await serveFiles(folder);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const address = `http://127.0.0.1:${site.port}/`;
    const starts = [];
    for (let turn = 0; turn < 9; turn++) {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(address);
      starts.push(
        await page.evaluate(async () => {
          const began = performance.now();
          const { Ferrite } = await import('/ferrite/web.js');
          await new Ferrite().set('a', 'b');
          return performance.now() - began;
        }),
      );
      await context.close();
    }
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto(address);
    const rates = await page.evaluate(async (rounds) => {
      const { Ferrite } = await import('/ferrite/web.js');
      const { measure, sqlite } = await import('/bench.js');
      const sqlite3 = await sqlite({ print: () => {}, printErr: () => {}, locateFile: (name) => `/${name}` });
      return measure({ Ferrite, sqlite3 }, rounds);
    }, rounds);
    return { rates, cold: starts.sort((a, b) => a - b)[4] };
  } finally {
    await browser.close();
    site.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function show(place, rates, cold) {
  const million = (rate) => `${(rate / 1e6).toFixed(2)} M/s`;
  const over = (name) => rates[name] / rates['sqlite-wasm'];
  const rows = [
    ...Object.entries(rates).map(([name, rate]) => [name, million(rate), '']),
    ['', '', ''],
    ['awaited together', million(rates['awaited together']), goal(rates['awaited together'] >= 1.2e6, '>= 1.2 M/s')],
    ['  over sqlite-wasm', over('awaited together').toFixed(2), goal(over('awaited together') >= 3, '>= 3')],
    ['pipeline', million(rates.pipeline), goal(rates.pipeline >= 2e6, '>= 2 M/s')],
    ['  over sqlite-wasm', over('pipeline').toFixed(2), goal(over('pipeline') >= 5, '>= 5')],
    ['single get', `${(1e6 / rates['single get']).toFixed(2)} us`, goal(1e6 / rates['single get'] <= 5, '<= 5 us')],
    ['cold start', `${cold.toFixed(1)} ms`, goal(cold <= (place === 'node' ? 20 : 50), `<= ${place === 'node' ? 20 : 50} ms`)],
  ];
  console.log(`\n${place}, ${rounds} rounds\n`);
  for (const [name, value, met] of rows) console.log(`${name.padEnd(20)}${value.padStart(12)}   ${met}`.trimEnd());
}

function goal(isMet, text) {
  return `${text} ${isMet ? 'met' : 'missed'}`;
}
