// Makes a core module smaller: what only a panic needs goes, and Binaryen does the rest. Its speed is for whoever would
// rather download less.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import binaryen from 'binaryen';

/**
 * Functions of Rust's library that never return. There is nobody whom they could tell: what they do, in the end, is a trap.
 * So that trap takes their place, and what they would have been told goes too.
 */
const PANICS = /panicking|panic_|unwrap_failed|expect_failed|slice_index_fail|slice_error_fail|len_mismatch_fail|capacity_overflow|handle_error|handle_alloc_error/;

/** What the engines of the package's platforms have, and the module uses. */
const FEATURES = ['simd', 'bulk-memory', 'sign-ext', 'mutable-globals', 'nontrapping-float-to-int', 'multivalue', 'reference-types'];

/**
 * In their order. Nothing has an address below 1,024, where the stack ends. Alignments are hints that no engine needs: bytes
 * that are always the same are compressed away.
 */
const PASSES = [
  '--low-memory-unused', '--flatten', '--rereloop', '-Oz', '-Oz', '--dealign',
  '--strip-debug', '--strip-producers', '--strip-target-features',
];

const WASM_OPT = fileURLToPath(new URL('bin/wasm-opt', import.meta.resolve('binaryen')));

/** The module, smaller. It must have the names of its functions, which are gone afterwards. */
export function small(bytes) {
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(bytes);
  let panics = 0;
  for (let index = 0; index < module.getNumFunctions(); index++) {
    const fn = module.getFunctionByIndex(index);
    const { name, base } = binaryen.getFunctionInfo(fn);
    if (base || !PANICS.test(name)) continue;
    binaryen.Function.setBody(fn, module.unreachable());
    panics++;
  }
  if (panics === 0) throw new Error('no function of the module is named as those that panic are');

  const without = module.emitBinary();
  module.dispose();
  return optimized(without);
}

/** Through the program, not the library: only the program shortens what it writes (its "stack IR"). */
function optimized(bytes) {
  const folder = mkdtempSync(join(tmpdir(), 'ferrite-small-'));
  try {
    const [from, to] = ['in.wasm', 'out.wasm'].map((name) => join(folder, name));
    writeFileSync(from, bytes);
    execFileSync(process.execPath, [WASM_OPT, ...FEATURES.map((name) => `--enable-${name}`), ...PASSES, from, '-o', to], { stdio: 'inherit' });
    return readFileSync(to);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
