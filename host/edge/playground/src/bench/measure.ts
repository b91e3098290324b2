import { Ferrite } from '@ferritelabs/ferrite-wasm';

/** Each run lasts so long, in slices after which the page has its turn. */
const RUN_MS = 1000;
const SLICE_MS = 12;
const TOGETHER = 100;
const KEYS = 10_000;
const VALUE = 'x'.repeat(64);

export type Way = 'map' | 'single' | 'together' | 'pipeline';
export const WAYS: Record<Way, string> = {
  map: 'a plain Map',
  single: 'Ferrite, one awaited after the other',
  together: `Ferrite, ${TOGETHER} awaited together`,
  pipeline: `Ferrite, pipelines of ${TOGETHER}`,
};
export type Operation = 'set' | 'get';

export interface Result {
  way: Way;
  operation: Operation;
  perSecond: number;
}

/** Sets and gets in every way, a second each, in a store of their own. */
export async function measure(
  signal: AbortSignal,
  onStep: (done: number, of: number, what: string) => void,
  onResult: (result: Result) => void,
): Promise<void> {
  const db = new Ferrite();
  await db.ready();
  const map = new Map<string, string>();
  const keys = Array.from({ length: KEYS }, (_, at) => `key:${at}`);
  const batches: Record<Way, Record<Operation, (at: number) => Promise<number> | number>> = {
    map: {
      set: (at) => each(keys, at, (key) => map.set(key, VALUE).size),
      get: (at) => each(keys, at, (key) => map.get(key)?.length ?? 0),
    },
    single: {
      set: async (at) => (await db.execute('SET', keys[at % KEYS]!, VALUE), 1),
      get: async (at) => (await db.execute('GET', keys[at % KEYS]!), 1),
    },
    together: {
      set: (at) => together(keys, at, (key) => db.execute('SET', key, VALUE)),
      get: (at) => together(keys, at, (key) => db.execute('GET', key)),
    },
    pipeline: {
      set: (at) => pipelined(db, keys, at, (pipeline, key) => pipeline.execute('SET', key, VALUE)),
      get: (at) => pipelined(db, keys, at, (pipeline, key) => pipeline.execute('GET', key)),
    },
  };
  const runs = (Object.keys(WAYS) as Way[]).flatMap((way) =>
    (['set', 'get'] as const).map((operation) => ({ way, operation })),
  );
  try {
    for (const [done, { way, operation }] of runs.entries()) {
      onStep(done, runs.length, `${operation}, ${WAYS[way]}`);
      const perSecond = await run(batches[way][operation], signal);
      if (signal.aborted) return;
      onResult({ way, operation, perSecond });
    }
    onStep(runs.length, runs.length, 'Done');
  } finally {
    db.close();
  }
}

/** Only the time in which it works counts, not the page's turns. */
async function run(batch: (at: number) => Promise<number> | number, signal: AbortSignal): Promise<number> {
  let operations = 0;
  let busy = 0;
  while (busy < RUN_MS && !signal.aborted) {
    const start = performance.now();
    let now = start;
    while (now - start < SLICE_MS) {
      const done = batch(operations);
      operations += typeof done === 'number' ? done : await done;
      now = performance.now();
    }
    busy += now - start;
    await turn();
  }
  return (operations / busy) * 1000;
}

/** Lets the page draw and hear its user. Not a timer, which browsers slow down. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** What a Map answers is added up and kept, or else the compiler would see that nobody needs it. */
export let answered = 0;

function each(keys: string[], from: number, act: (key: string) => number): number {
  let sum = 0;
  for (let at = 0; at < TOGETHER; at++) sum += act(keys[(from + at) % KEYS]!);
  answered += sum;
  return TOGETHER;
}

async function together(keys: string[], from: number, act: (key: string) => Promise<unknown>): Promise<number> {
  const calls: Promise<unknown>[] = [];
  for (let at = 0; at < TOGETHER; at++) calls.push(act(keys[(from + at) % KEYS]!));
  await Promise.all(calls);
  return TOGETHER;
}

async function pipelined(
  db: Ferrite,
  keys: string[],
  from: number,
  act: (pipeline: ReturnType<Ferrite['pipeline']>, key: string) => unknown,
): Promise<number> {
  const pipeline = db.pipeline();
  for (let at = 0; at < TOGETHER; at++) act(pipeline, keys[(from + at) % KEYS]!);
  await pipeline.exec();
  return TOGETHER;
}
