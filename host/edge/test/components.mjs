// `node --test test/components.mjs`: what the bundler reads out of components, and what it says where nothing can be called.
// The components are made of WIT alone: none of their functions has code.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { componentEmbed, componentNew } from '../node_modules/@bytecodealliance/jco-transpile/dist/wasm-tools.js';

const CLI = join(dirname(fileURLToPath(import.meta.url)), '../dist/cli.js');

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ferrite-components-'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
});
after(() => rm(folder, { recursive: true, force: true }));

/** The component of a world `w`, and what the bundler prints about it on standard error. */
async function bundled(witSource, makesBundle = true) {
  const file = join(folder, 'f.wasm');
  await writeFile(file, await componentNew(await componentEmbed({ witSource, dummy: true, world: 'w' }), []));
  const command = [CLI, 'bundle', '--udf', 'f.wasm'];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' });
  assert.equal(status === 0, makesBundle, stderr);
  return stderr;
}

/** What it wrote into the bundle. */
async function typed(witSource) {
  await bundled(witSource);
  const index = await readFile(join(folder, 'ferrite-functions/index.js'), 'utf8');
  return JSON.parse(/^ {4}typed: (.*),$/m.exec(index)?.[1] ?? 'null');
}

test('types are found through the interfaces that define them, imported or exported', async () => {
  const { functions, refused } = await typed(`
    package a:b@1.2.3;
    interface types { record point { x: u8, y: list<s16> } enum colour { red, dark-green } type points = list<point>; }
    interface kinds { use types.{point}; variant kind { dot, at(point) } }
    interface ops { use types.{colour, points}; use kinds.{kind}; f: func(p: points, c: colour) -> option<kind>; }
    world w { export kinds; export ops; }`);
  const point = { kind: 'record', fields: [['x', 'u8'], ['y', { kind: 'list', of: 's16' }]] };
  assert.deepEqual(functions, [
    {
      name: 'f',
      interface: 'a:b/ops@1.2.3',
      function: 'f',
      params: [['p', { kind: 'list', of: point }], ['c', { kind: 'enum', names: ['red', 'dark-green'] }]],
      result: { kind: 'option', of: { kind: 'variant', cases: [['dot'], ['at', point]] } },
    },
  ]);
  assert.deepEqual(refused, []);
});

test('every kind of type is written down', async () => {
  const { functions } = await typed(`
    package a:b;
    world w {
      flags style { bold, thin }
      export all: func(a: bool, b: s8, c: u8, d: s16, e: u16, f: s32, g: u32, h: s64, i: u64, j: f32, k: f64, l: char,
        m: string);
      export mixed: func(a: tuple<style, u8>, b: result, c: result<u8>, d: result<_, u8>) -> result<u8, string>;
    }`);
  const letters = [...'abcdefghijklm'];
  const scalars = ['bool', 's8', 'u8', 's16', 'u16', 's32', 'u32', 's64', 'u64', 'f32', 'f64', 'char', 'string'];
  assert.deepEqual(functions[0].params, letters.map((letter, at) => [letter, scalars[at]]));
  assert.deepEqual(functions[1].params.map(([, type]) => type), [
    { kind: 'tuple', of: [{ kind: 'flags', names: ['bold', 'thin'] }, 'u8'] },
    { kind: 'result' },
    { kind: 'result', ok: 'u8' },
    { kind: 'result', err: 'u8' },
  ]);
  assert.deepEqual(functions[1].result, { kind: 'result', ok: 'u8', err: 'string' });
});

test('a name that two interfaces have is told apart, and the worlds of ferrite:udf are no typed functions', async () => {
  const { functions, refused } = await typed(`
    package a:b;
    interface left { f: func(); g: func(); h: func(); }
    interface right { f: func(); }
    world w { export left; export right; export c:d/left; export describe: func() -> u8; }
    package c:d { interface left { h: func(); } }`);
  assert.deepEqual(functions.map(({ name }) => name), ['describe', 'left/f', 'g', 'right/f']);
  const why = 'several interfaces of one name have such a function';
  assert.deepEqual(refused, [['left/h', why], ['left/h', why]]);
  const call = 'export call: func(keys: list<list<u8>>, args: list<list<u8>>) -> result<list<u8>, string>;';
  assert.equal(await typed(`package a:b; world w { ${call} }`), null);
});

test('a function with a resource cannot be called, and says why', async () => {
  const { functions, refused } = await typed(`
    package a:b;
    interface canvases {
      resource canvas { constructor(); size: func() -> u8; }
      f: func(c: borrow<canvas>);
      g: func() -> u8;
    }
    world w { export canvases; }`);
  assert.deepEqual(functions.map(({ name }) => name), ['g']);
  assert.deepEqual(refused, [
    ['[constructor]canvas', 'it belongs to a resource, which ends with its instance'],
    ['[method]canvas.size', 'it belongs to a resource, which ends with its instance'],
    ['f', 'its parameter `c` has a resource, which ends with its instance'],
  ]);
});

test('a component in which nothing can be called is refused', async () => {
  const only = 'package a:b; interface t { resource r; f: func() -> r; } world w { export t; }';
  assert.equal(
    await bundled(only, false),
    'ferrite-wasm: f.wasm exports a:b/t, but not `call`, and no other function that can be called; ' +
      '`f` cannot be called: its result has a resource, which ends with its instance\n',
  );
  const nothing = 'ferrite-wasm: f.wasm exports nothing, but not `call`, and no other function that can be called\n';
  assert.equal(await bundled('package a:b; world w { }', false), nothing);
});

test('types beyond the limits are refused, and not walked', async () => {
  const record = (level) => `record r${level} { a: r${level - 1}, b: r${level - 1} }`;
  const wide = `record r0 { a: u8 } ${Array.from({ length: 12 }, (_, at) => record(at + 1)).join(' ')}`;
  const world = (types, last) => `package a:b; world w { ${types} export f: func(x: ${last}); export g: func(); }`;
  assert.deepEqual((await typed(world(wide, 'r12'))).refused, [['f', 'its parameter `x` has a type of too many parts']]);
  const deep = `${'list<'.repeat(40)}u8${'>'.repeat(40)}`;
  assert.deepEqual((await typed(world('', deep))).refused, [['f', 'its parameter `x` has a type that is nested too deep']]);
  const long = Array.from({ length: 90 }, (_, at) => `a${'b'.repeat(100)}${at}: u8`).join(', ');
  const { refused } = await typed(world(`record r { ${long} }`, 'r'));
  assert.deepEqual(refused, [['f', 'its type takes more than 8192 bytes to write']]);
  const many = Array.from({ length: 257 }, (_, at) => `export f${at}x: func();`).join(' ');
  const tooMany = 'ferrite-wasm: f.wasm cannot be bundled: it exports more than 256 functions\n';
  assert.equal(await bundled(`package a:b; world w { ${many} }`, false), tooMany);
});

test('what the bundler wrote is JavaScript that calls what it names', async () => {
  const inline = 'export in-line: interface { zed: func(); }';
  await bundled(`package a:b; interface t { get-it: func(); } world w { export t; ${inline} }`);
  const main = `
    import { Ferrite } from '${pathToFileURL(join(dirname(CLI), 'node.js'))}';
    import { functions } from './ferrite-functions/index.js';
    const db = new Ferrite({ functions });
    const call = (name) => db.execute('WASM.CALL', name).catch(({ message }) => message);
    for (const name of ['f.get-it', 'f.zed']) console.log(await call(name));
    db.close();`;
  const index = join(folder, 'ferrite-functions/index.js');
  const functions = pathToFileURL(join(dirname(CLI), 'functions.js'));
  await writeFile(index, (await readFile(index, 'utf8')).replace('@ferritelabs/ferrite-wasm/functions', functions));
  await writeFile(join(folder, 'main.js'), main);
  const printed = execFileSync(process.execPath, ['main.js'], { cwd: folder, encoding: 'utf8' });
  assert.equal(printed, 'ERR wasm: trap: unreachable code reached\n'.repeat(2));
});
