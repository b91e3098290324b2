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
export const BLOCKING: ReadonlySet<string> = new Set([
  'BLPOP',
  'BRPOP',
  'BLMOVE',
  'BRPOPLPUSH',
  'BLMPOP',
  'BZPOPMIN',
  'BZPOPMAX',
  'BZMPOP',
]);

/** Why a command may not be executed on this session, if so. */
export function refusal(command: string, args: readonly unknown[], isShared: boolean): string | undefined {
  const instead = NEVER[command] ?? (isShared ? SHARED[command] : undefined);
  if (instead) return `${command} cannot be executed here: use ${instead}`;
  if (command === 'CLIENT' && String(args[0]).toUpperCase() === 'REPLY') {
    return 'CLIENT REPLY cannot be executed here: every call waits for its reply';
  }
  return undefined;
}
