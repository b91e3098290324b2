// What is measured, without anything of the runtime: gets and sets of one table of keys and values.

const KEYS = 10_000;
const VALUE = 'v'.repeat(100);
const AT_ONCE = 100;
const key = (number) => `user:${number % KEYS}`;

/** The ways to do it: each takes a count of operations, half of them sets, and does them. */
async function contenders({ Ferrite, sqlite3 }) {
  const db = await new Ferrite().ready();
  const map = new Map();
  const sql = new sqlite3.oo1.DB(':memory:');
  sql.exec('CREATE TABLE store (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID');
  const get = sql.prepare('SELECT value FROM store WHERE key = ?');
  const set = sql.prepare('INSERT INTO store VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value');
  const sqlite = (count) => {
    for (let at = 0; at < count; at++) {
      if (at % 2) get.bind(1, key(at)).step() && get.getString(0);
      else set.bind(1, key(at)).bind(2, VALUE).step();
      (at % 2 ? get : set).reset();
    }
  };
  return {
    'awaited together': async (count) => {
      for (let at = 0; at < count; at += AT_ONCE) {
        const calls = new Array(AT_ONCE);
        for (let index = 0; index < AT_ONCE; index++) {
          calls[index] = index % 2 ? db.get(key(at + index)) : db.set(key(at + index), VALUE);
        }
        await Promise.all(calls);
      }
    },
    pipeline: async (count) => {
      for (let at = 0; at < count; at += AT_ONCE) {
        const pipeline = db.pipeline();
        for (let index = 0; index < AT_ONCE; index++) {
          if (index % 2) pipeline.get(key(at + index));
          else pipeline.set(key(at + index), VALUE);
        }
        await pipeline.exec();
      }
    },
    'single get': async (count) => {
      for (let at = 0; at < count; at++) await db.get(key(at));
    },
    'sqlite-wasm': async (count) => sqlite(count),
    Map: async (count) => {
      for (let at = 0; at < count; at++) {
        if (at % 2) map.get(key(at));
        else map.set(key(at), VALUE);
      }
    },
  };
}

const COUNTS = { 'awaited together': 200_000, pipeline: 200_000, 'single get': 50_000, 'sqlite-wasm': 50_000, Map: 1_000_000 };

/** Rounds in turn: operations a second of each, the median. */
export async function measure(given, rounds) {
  const rates = {};
  const all = await contenders(given);
  for (let round = -1; round < rounds; round++) {
    for (const [name, run] of Object.entries(all)) {
      const count = COUNTS[name];
      const began = performance.now();
      await run(count);
      // The first round is for compilers to see what is hot.
      if (round >= 0) (rates[name] ??= []).push((count * 1000) / (performance.now() - began));
    }
  }
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  return Object.fromEntries(Object.entries(rates).map(([name, values]) => [name, median(values)]));
}
