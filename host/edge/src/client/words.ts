import { asGiven, type Row } from '../commands/row.js';
import { FerriteError } from '../errors.js';

/** Commands that mean something else when many callers share a session, and what to use instead. */
const SHARED: Record<string, string> = {
  MULTI: 'db.multi()',
  EXEC: 'db.multi()',
  DISCARD: 'db.multi()',
  WATCH: 'db.session(), which has watch()',
  UNWATCH: 'db.session(), which has unwatch()',
};

/** Commands whose replies are no replies, or that change how replies look. */
const NEVER: Record<string, string> = {
  SUBSCRIBE: 'db.subscribe()',
  PSUBSCRIBE: 'db.psubscribe()',
  SSUBSCRIBE: 'db.ssubscribe()',
  UNSUBSCRIBE: "the subscription's unsubscribe()",
  PUNSUBSCRIBE: "the subscription's unsubscribe()",
  SUNSUBSCRIBE: "the subscription's unsubscribe()",
  MONITOR: 'db.live()',
  HELLO: 'nothing: replies are RESP3',
  RESET: 'a new db.session()',
  QUIT: 'db.close()',
};

/** Commands that may wait for others. */
const BLOCKING: ReadonlySet<string> = new Set([
  'BLPOP',
  'BRPOP',
  'BLMOVE',
  'BRPOPLPUSH',
  'BLMPOP',
  'BZPOPMIN',
  'BZPOPMAX',
  'BZMPOP',
]);

/** A command that was given by its name, with or without words behind it: `execute('CONFIG GET', 'maxmemory')`. */
export function rowOf(command: string, args: readonly unknown[], isShared: boolean): Row {
  const words = command.trim().split(/\s+/);
  const name = words[0]!.toUpperCase();
  const rest = [...words.slice(1), ...args];
  const why = refusal(name, rest, isShared);
  if (why) throw new FerriteError(`ERR ${why}`);
  return { method: command, words, shape: asGiven, blocks: mayWait(name, rest) };
}

/** Whether a command may wait for others. */
function mayWait(name: string, args: readonly unknown[]): boolean {
  if (BLOCKING.has(name)) return true;
  if (name !== 'XREAD' && name !== 'XREADGROUP') return false;
  return args.some((arg) => typeof arg === 'string' && arg.toUpperCase() === 'BLOCK');
}

/** Why a command may not be executed on this session, if so. */
export function refusal(command: string, args: readonly unknown[], isShared: boolean): string | undefined {
  const instead = NEVER[command] ?? (isShared ? SHARED[command] : undefined);
  if (instead) return `${command} cannot be executed here: use ${instead}`;
  if (command === 'CLIENT' && String(args[0]).toUpperCase() === 'REPLY') {
    return 'CLIENT REPLY cannot be executed here: every call waits for its reply';
  }
  return undefined;
}
