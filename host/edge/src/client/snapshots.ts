import type { Core } from '../engine/core.js';
import type { Engine } from '../engine/engine.js';
import { FerriteError } from '../errors.js';

/** How large a piece is, and how long one may take. */
const PIECE_BYTES = 1 << 20;
const BUDGET_US = 8000;

/** `snapshots.dump-error`, in its order. */
const DUMP_ERRORS = [
  'no snapshot was begun',
  'a snapshot is being taken already',
  'a transaction is open',
  'writes came faster than the snapshot could be taken: try again when there are fewer',
];

/** Takes a snapshot of all databases, as they are now: an RDB file. Others are served between its pieces. */
export async function dump(engine: Engine): Promise<Uint8Array> {
  const { core } = engine;
  const begin = core.find('snapshots#dump-begin');
  const next = core.find('snapshots#dump-next');
  const done = core.findPost('snapshots#dump-next');
  const begun = begin() as number;
  // result<_, enum>: two bytes, in one value or in memory.
  const fault = core.bytes.slice(begun >>> 0, (begun >>> 0) + 2);
  if (fault[0] === 1) throw new FerriteError(`ERR ${DUMP_ERRORS[fault[1]!]}`);
  const pieces: Uint8Array[] = [];
  for (let isLast = false; !isLast; ) {
    const at = next(PIECE_BYTES, BUDGET_US) >>> 0;
    if (core.bytes[at] === 1) throw new FerriteError(`ERR ${DUMP_ERRORS[core.bytes[at + 4]!]}`);
    pieces.push(core.list(at + 4));
    isLast = core.bytes[at + 12] === 1;
    done(at);
    if (!isLast) await pause();
  }
  core.find('snapshots#dump-kept')();
  const file = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    file.set(piece, at);
    at += piece.length;
  }
  return file;
}

/** Loads a snapshot into an engine that is empty. One that is damaged is refused, and nothing of it stays. */
export async function restore(engine: Engine, file: Uint8Array): Promise<void> {
  const { core } = engine;
  check(core, 'restore-begin', []);
  for (let at = 0; at < file.length; at += PIECE_BYTES) {
    const piece = file.subarray(at, at + PIECE_BYTES);
    check(core, 'restore-next', [core.give(piece), piece.length]);
    if (at + PIECE_BYTES < file.length) await pause();
  }
  check(core, 'restore-end', []);
}

/** Calls a function that returns `result<…, restore-error>`. */
function check(core: Core, name: string, args: number[]): void {
  const at = core.find(`snapshots#${name}`)(...args) >>> 0;
  const error = core.bytes[at] === 1 ? restoreError(core, at + 8) : undefined;
  core.findPost(`snapshots#${name}`)(at);
  if (error) throw error;
}

function restoreError(core: Core, at: number): FerriteError {
  switch (core.bytes[at]) {
    case 0:
      return new FerriteError('ERR a snapshot can only be restored into an empty store');
    case 1:
      return new FerriteError('ERR the store is busy with another snapshot or a transaction');
    case 2:
      return new FerriteError('ERR no restore was begun');
    default: {
      const offset = core.view.getBigUint64(at + 8, true);
      const fault = at + 16;
      const detail = () => core.text(fault + 4);
      const what = [
        () => 'it is no RDB file',
        () => `its version of the format, ${core.u32(fault + 4)}, is not known`,
        () => 'it ends too early',
        () => 'its checksum is wrong',
        () => 'something follows its end',
        () => `it needs what there is not: ${detail()}`,
        () => `its bytes are not what they should be: ${detail()}`,
        () => 'there is no room for what is in it',
      ][core.bytes[fault]!]!;
      return new FerriteError(`ERR the snapshot is damaged at byte ${offset}: ${what()}`);
    }
  }
}

/** Lets others run. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
