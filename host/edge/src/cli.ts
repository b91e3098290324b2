#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle, TARGETS, type Target } from './bundler/bundle.js';

const HELP = `Prepares user-defined functions (WebAssembly components) for a store at the edge.

usage: ferrite-wasm bundle --udf FILE [--udf FILE ...] [options]

options:
  --udf FILE         a component, as \`ferrite udf build\` makes it; NAME=FILE gives it another name than its file's
  --target TARGET    where it will run: node, web, workers or deno [node]
  --out FOLDER       where to write [ferrite-functions]
  --read-only NAME   this function may not write; may be given several times
  --memory MIB       the most memory of a function's instance [64]
  --help, --version

example:
  npx ferrite-wasm bundle --udf scorer.wasm --target workers --out src/functions

and in the program:
  import { functions } from './functions/index.js';
  const db = new Ferrite({ functions });
  await db.execute('WASM.CALL', 'scorer', 'KEYS', 'user:1');
`;

/** What is wrong with the command line, in one line. */
class Usage extends Error {}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      udf: { type: 'string', multiple: true },
      target: { type: 'string', default: 'node' },
      out: { type: 'string', default: 'ferrite-functions' },
      'read-only': { type: 'string', multiple: true },
      memory: { type: 'string', default: '64' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'V' },
    },
  });
  if (values.version) {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    return console.log(version);
  }
  if (values.help || positionals.length === 0) return console.log(HELP);
  if (positionals[0] !== 'bundle' || positionals.length > 1) {
    throw new Usage(`unknown command '${positionals.join(' ')}': there is \`ferrite-wasm bundle\``);
  }
  if (!values.udf) throw new Usage('which function? --udf FILE');
  if (!(values.target in TARGETS)) {
    throw new Usage(`there is no target '${values.target}': ${Object.keys(TARGETS).join(', ')}`);
  }
  const memoryMib = Number(values.memory);
  if (!Number.isInteger(memoryMib) || memoryMib < 1 || memoryMib > 4096) {
    throw new Usage(`--memory ${values.memory}: expected a number of MiB from 1 to 4096`);
  }
  const sources = values.udf.map(sourceOf);
  const readOnly = new Set(values['read-only'] ?? []);
  for (const name of readOnly) {
    if (!sources.some((source) => source.name === name)) throw new Usage(`--read-only ${name}: there is no such --udf`);
  }
  const target = values.target as Target;
  for (const line of await bundle({ sources, target, out: values.out, readOnly, memoryMib })) console.log(line);
}

function sourceOf(given: string): { name: string; file: string } {
  const at = given.indexOf('=');
  const file = at < 0 ? given : given.slice(at + 1);
  const name = at < 0 ? basename(file).replace(/\.wasm$/, '') : given.slice(0, at);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw new Usage(`'${name}' is no name for a function: letters, digits, '.', '-' and '_', at most 64`);
  }
  return { name, file };
}

try {
  await main();
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const isUsage = error instanceof Usage || code?.startsWith('ERR_PARSE_ARGS');
  console.error(`ferrite-wasm: ${message}${isUsage ? '\nTry `ferrite-wasm --help`.' : ''}`);
  process.exitCode = isUsage ? 2 : 1;
}
