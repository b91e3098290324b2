/**
 * What a command is refused with, or why a store cannot serve it.
 *
 * `code` is the first word of Redis' error (`WRONGTYPE`, `OOM`, `ERR` …), and `message` the whole line, as a Redis client
 * shows it. Three codes are the package's own: `CLOSED` (the store was closed), `LOAD` (its WebAssembly module did not
 * load) and `TRAP` (the engine failed: nothing of this store can be trusted any more).
 */
export class FerriteError extends Error {
  override readonly name = 'FerriteError';
  readonly code: string;

  constructor(message: string, code = codeOf(message), options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

function codeOf(line: string): string {
  const end = line.indexOf(' ');
  return end < 0 ? line : line.slice(0, end);
}

/** Says of an argument what it is, for an error. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`.replace('a undefined', 'undefined');
  return `an object (${value.constructor?.name ?? 'without a prototype'})`;
}
