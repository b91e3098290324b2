import type { CommandRow } from '../engine/wire.js';
import { FerriteError } from '../errors.js';

/** The server's commands for functions that are here too. Loading is the bundler's affair. */
export const ROWS: readonly CommandRow[] = [
  {
    name: 'WASM.CALL',
    arity: -2,
    flags: ['write'],
    keys: { tag: 'keyword' },
    summary: 'Calls a function that may write what its permissions allow.',
  },
  {
    name: 'WASM.CALL_RO',
    arity: -2,
    flags: ['readonly'],
    keys: { tag: 'keyword' },
    summary: 'Calls a function that may not write, whatever its permissions.',
  },
  {
    name: 'FCALL',
    arity: -3,
    flags: ['write'],
    keys: { tag: 'counted', at: 2 },
    summary: "Calls a function, with the arguments that Redis' own functions take.",
  },
  {
    name: 'FCALL_RO',
    arity: -3,
    flags: ['readonly'],
    keys: { tag: 'counted', at: 2 },
    summary: "Calls a function that may not write, with the arguments that Redis' own functions take.",
  },
  { name: 'WASM.LIST', arity: 1, flags: ['noscript'], keys: { tag: 'none' }, summary: 'Names the functions.' },
  {
    name: 'WASM.INFO',
    arity: 2,
    flags: ['noscript'],
    keys: { tag: 'none' },
    summary: 'Tells what a function is, what it may use and what it has done.',
  },
];

/** The words of a call behind the function's name: its keys and its arguments. */
export interface Words {
  keys: Uint8Array[];
  args: Uint8Array[];
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
export const textOf = (bytes: Uint8Array | undefined): string => decoder.decode(bytes ?? new Uint8Array());
export const upper = (bytes: Uint8Array | undefined): string => textOf(bytes).toUpperCase();

/** `<command> <name> [KEYS key ...] [ARGS arg ...]`: the first ARGS ends KEYS, and all behind it are arguments. */
export function byKeyword(argv: readonly Uint8Array[]): Words {
  const rest = argv.slice(2);
  const word = upper(rest[0]);
  if (rest.length === 0) return { keys: [], args: [] };
  if (word === 'ARGS') return { keys: [], args: rest.slice(1) };
  if (word !== 'KEYS') {
    throw new FerriteError(`ERR syntax error: expected KEYS or ARGS after the function's name, not '${textOf(rest[0])}'`);
  }
  const args = rest.findIndex((bytes, at) => at > 0 && upper(bytes) === 'ARGS');
  if (args < 0) return { keys: rest.slice(1), args: [] };
  return { keys: rest.slice(1, args), args: rest.slice(args + 1) };
}

/** `<command> <name> numkeys key ... arg ...`, with the errors of Redis. */
export function byCount(argv: readonly Uint8Array[]): Words {
  const rest = argv.slice(3);
  const text = textOf(argv[2]);
  if (!/^-?\d+$/.test(text)) throw new FerriteError('ERR Bad number of keys provided');
  const count = Number(text);
  if (count < 0) throw new FerriteError("ERR Number of keys can't be negative");
  if (count > rest.length) throw new FerriteError("ERR Number of keys can't be greater than number of args");
  return { keys: rest.slice(0, count), args: rest.slice(count) };
}

/** Commands as the engine hands them out: RESP arrays of bulk strings. */
export function readCommands(bytes: Uint8Array): Uint8Array[][] {
  let at = 0;
  const number = () => {
    const end = bytes.indexOf(13, at);
    const value = Number(decoder.decode(bytes.subarray(at + 1, end)));
    at = end + 2;
    return value;
  };
  const commands: Uint8Array[][] = [];
  while (at < bytes.length) {
    const argv: Uint8Array[] = [];
    for (let left = number(); left > 0; left--) {
      const length = number();
      argv.push(bytes.slice(at, at + length));
      at += length + 2;
    }
    commands.push(argv);
  }
  return commands;
}
