// Every command as a method: what it takes in each of its forms, and what it answers.

/** Commands that are no methods of a client, and why. */
const EXCEPTIONS = [
  [/^(watch|unwatch)$/, 'methods of a session'],
  [/^(multi|exec|discard)$/, 'multi()'],
  [/^(subscribe|psubscribe|ssubscribe|unsubscribe|punsubscribe|sunsubscribe)$/, 'subscribe() and its like, and what they answer'],
  [/^select$/, 'a method of the store, which keeps the database for calls that block'],
  [/^monitor$/, 'live(): a call has one reply'],
  [/^(hello|reset|quit|auth|client\|reply)$/, 'of connections, and of how replies look on them'],
  [/^client\|(caching|getredir|tracking|trackinginfo)$/, 'invalidations are pushes, which no call receives: live()'],
  [/^acl/, 'there are no users but one'],
  [/^(save|bgsave|bgrewriteaof|lastsave|shutdown|config\|rewrite)$/, 'files: dump() and Ferrite.restore()'],
  [/^(sync|psync|replconf|replicaof|slaveof|failover|role|wait|migrate|restore-asking)$/, 'other servers'],
  [/^(cluster|asking|readonly|readwrite)/, 'other servers'],
  [/^(eval|evalsha|script|function|fcall|wasm)([._|].*)?$/, 'functions: components instead of Lua'],
  [/^module/, 'there are no modules'],
  [/^(debug|pfdebug|pfselftest)$/, "for the engine's own tests"],
  [/\|help$/, 'for a person at a prompt: execute()'],
];

/** What a client has beside the commands. */
const OWN = ['constructor', 'execute', 'pipeline', 'multi', 'run'];

const bytes = (...values) => new Uint8Array(values);
const sorted = (list) => [...list].sort();
const pairsOf = (text) => Object.fromEntries([...text].map((name, at) => [name, String(at + 1)]));

/** The names of all methods of a client, wherever among its prototypes they stand. */
function methodsOf(client) {
  const names = new Set();
  for (let at = Object.getPrototypeOf(client); at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  return [...names];
}

export function suite({ test, assert, Ferrite }) {
  /** The methods that were called, by their names in lower case. */
  const called = new Set();

  /** A test with a store, whose calls are noted. `is` compares what a call answers. */
  const family = (name, run) =>
    test(`commands: ${name}`, async () => {
      const store = new Ferrite();
      const db = new Proxy(store, {
        get: (target, method) => {
          const value = target[method];
          if (typeof value !== 'function') return value;
          called.add(String(method).toLowerCase());
          return value.bind(target);
        },
      });
      const is = async (promise, expected, message) => assert.deepEqual(await promise, expected, message);
      try {
        await run(db, is);
      } finally {
        store.close();
      }
    });

  family('strings', async (db, is) => {
    await is(db.append('a', 'x'), 1);
    await is(db.append('a', bytes(121)), 2);
    await is(db.get('a'), 'xy');
    await is(db.get('none'), null);
    await is(db.set('a', 1), 'OK');
    await is(db.set('a', 2n, { nx: true }), null);
    await is(db.set('a', 2, { XX: true, EX: 60, get: true }), '1');
    await is(db.ttl('a'), 60);
    await is(db.set('a', 3, { keepttl: true, nx: false, px: undefined }), 'OK');
    await is(db.ttl('a'), 60);
    await is(db.set('a', 3, 'PX', 90_000, 'XX'), 'OK');
    await is(db.ttl('a'), 90);
    await is(db.set('a', 3, { exat: new Date(4102444800_500) }), 'OK');
    await is(db.expireTime('a'), 4102444800);
    await is(db.set('a', 3, { pxat: new Date(4102444800_500) }), 'OK');
    await is(db.pExpireTime('a'), 4102444800_500);
    await is(db.incr('a'), 4);
    await is(db.incrBy('a', 10n), 14);
    await is(db.decr('a'), 13);
    await is(db.decrBy('a', 3), 10);
    await is(db.incrByFloat('a', 0.5), '10.5');
    await is(db.getEx('a', { persist: true }), '10.5');
    await is(db.ttl('a'), -1);
    await is(db.getex('a', 'EX', 10), '10.5');
    await is(db.ttl('a'), 10);
    await is(db.getRange('a', 0, 1), '10');
    await is(db.substr('a', -2, -1), '.5');
    await is(db.getSet('a', 'b'), '10.5');
    await is(db.getDel('a'), 'b');
    await is(db.getdel('a'), null);
    await is(db.mSet({ a: 'ohmytext', b: 'mynewtext' }), 'OK');
    await is(db.mset('c', 1, 'd', 2), 'OK');
    await is(db.mSet(new Map([['e', 1]])), 'OK');
    await is(db.mSet([['f', 1], ['g', 2]]), 'OK');
    await is(db.mGet(['a', 'c', 'none']), ['ohmytext', '1', null]);
    await is(db.mget('d', 'e', 'f', 'g'), ['2', '1', '1', '2']);
    await is(db.mSetNX({ a: 1, h: 1 }), 0);
    await is(db.msetnx('h', 1), 1);
    await is(db.lcs('a', 'b'), 'mytext');
    await is(db.lcs('a', 'b', { len: true }), 6);
    await is(db.lcsLen('a', 'b'), 6);
    const matches = [[[4, 7], [5, 8], 4], [[2, 3], [0, 1], 2]];
    await is(db.lcsIdx('a', 'b'), { matches: matches.map((match) => match.slice(0, 2)), len: 6 });
    await is(db.lcsIdxWithMatchLen('a', 'b'), { matches, len: 6 });
    await is(db.lcsIdxWithMatchLen('a', 'b', { minmatchlen: 3 }), { matches: matches.slice(0, 1), len: 6 });
    await is(db.setEx('a', 10, 'x'), 'OK');
    await is(db.pSetEx('a', 10_000, 'x'), 'OK');
    await is(db.ttl('a'), 10);
    await is(db.setNX('a', 'y'), 0);
    await is(db.setRange('a', 2, 'z'), 3);
    await is(db.get('a'), 'x\0z');
    await is(db.strLen('a'), 3);
  });

  family('keys', async (db, is) => {
    await db.mSet(pairsOf('abc'));
    await is(db.copy('a', 'b'), 0);
    await is(db.copy('a', 'b', { replace: true }), 1);
    await is(db.copy('a', 'b', { db: 1 }), 1);
    await is(db.del('a', 'none'), 1);
    await is(db.del(['b', 'none']), 1);
    await is(db.exists('c', 'c', 'none'), 2);
    await is(db.exists(['c', 'none']), 1);
    await is(db.expire('c', 100), 1);
    await is(db.expire('c', 200, { nx: true }), 0);
    await is(db.expire('c', 200, 'GT'), 1);
    await is(db.ttl('c'), 200);
    await is(db.expireAt('c', new Date(4102444800_999)), 1);
    await is(db.expireTime('c'), 4102444800);
    await is(db.expireAt('c', 4102444900, { lt: true }), 0);
    await is(db.pExpire('c', 100_000), 1);
    assert.ok((await db.pTTL('c')) > 99_000);
    await is(db.pExpireAt('c', new Date(4102444800_999)), 1);
    await is(db.pExpireTime('c'), 4102444800_999);
    await is(db.persist('c'), 1);
    await is(db.keys('*'), ['c']);
    await is(db.randomKey(), 'c');
    await is(db.type('c'), 'string');
    await is(db.type('none'), 'none');
    await is(db.rename('c', 'd'), 'OK');
    await db.set('e', 5);
    await is(db.renameNX('d', 'e'), 0);
    await is(db.move('d', 1), 1);
    await is(db.touch('d', 'e'), 1);
    await is(db.unlink(['d', 'e']), 1);
    await db.set('a', 'text');
    await is(db.objectEncoding('a'), 'embstr');
    await is(db.object('ENCODING', 'a'), 'embstr');
    await is(db.objectIdleTime('a'), 0);
    await is(db.objectRefCount('a'), 1);
    await db.configSet('maxmemory-policy', 'allkeys-lfu');
    assert.equal(typeof (await db.objectFreq('a')), 'number');
    const dumped = await db.dump('a');
    assert.ok(dumped instanceof Uint8Array);
    await is(db.dump('none'), null);
    await is(db.restore('b', 0, dumped), 'OK');
    await is(db.restore('b', 100_000, dumped, { replace: true }), 'OK');
    await is(db.ttl('b'), 100);
    await is(db.restore('b', 4102444800_000, dumped, 'REPLACE', 'ABSTTL'), 'OK');
    await is(db.expireTime('b'), 4102444800);
    await db.rPush('l', 3, 1, 2);
    await db.mSet({ w1: 3, w2: 2, w3: 1, n1: 'one', n2: 'two' });
    await is(db.sort('l'), ['1', '2', '3']);
    await is(db.sort('l', { by: 'w*', get: ['#', 'n*'], limit: [1, 2] }), ['2', 'two', '1', 'one']);
    await is(db.sort('l', { desc: true, alpha: true, get: 'n*' }), [null, 'two', 'one']);
    await is(db.sort('l', 'LIMIT', 0, 1, 'DESC'), ['3']);
    await is(db.sort('l', { store: 'm' }), 3);
    await is(db.sortRo('l', { desc: true }), ['3', '2', '1']);
    await is(db.sortStore('l', 'm', { desc: true }), 3);
    await is(db.lRange('m', 0, -1), ['3', '2', '1']);
  });

  family('hashes', async (db, is) => {
    await is(db.hSet('h', { a: 1, b: 'two' }), 2);
    await is(db.hSet('h', 'c', 3), 1);
    await is(db.hset('h', 'c', 3, 'd', 4), 1);
    await is(db.hSet('h', new Map([['e', bytes(53)]])), 1);
    await is(db.hSet('h', [['e', 5]]), 0);
    await is(db.hGet('h', 'b'), 'two');
    await is(db.hGet('h', 'none'), null);
    await is(db.hGetAll('h'), { a: '1', b: 'two', c: '3', d: '4', e: '5' });
    assert.equal(Object.getPrototypeOf(await db.hgetall('h')), null);
    await is(db.hgetall('none'), {});
    await is(db.hDel('h', ['d', 'e', 'none']), 2);
    await is(db.hExists('h', 'a'), 1);
    await is(db.hIncrBy('h', 'a', 2), 3);
    await is(db.hIncrByFloat('h', 'a', 0.5), '3.5');
    await is(db.hKeys('h'), ['a', 'b', 'c']);
    await is(db.hVals('h'), ['3.5', 'two', '3']);
    await is(db.hLen('h'), 3);
    await is(db.hmGet('h', 'a', 'none'), ['3.5', null]);
    await is(db.hmget('h', ['b', 'c']), ['two', '3']);
    await is(db.hmSet('h', { a: 1 }), 'OK');
    await is(db.hSetNX('h', 'a', 2), 0);
    await is(db.hStrLen('h', 'b'), 3);
    await is(db.hExpire('h', ['a', 'none'], 100), [1, -2]);
    await is(db.hExpire('h', 'a', 200, { nx: true }), [0]);
    await is(db.hExpire('h', 'a', 200, 'GT'), [1]);
    await is(db.hexpire('h', 300, 'FIELDS', 1, 'a'), [1]);
    await is(db.hTTL('h', ['a', 'b']), [300, -1]);
    await is(db.httl('h', 'FIELDS', 1, 'a'), [300]);
    await is(db.hExpireAt('h', 'a', new Date(4102444800_500)), [1]);
    await is(db.hExpireTime('h', 'a'), [4102444800]);
    await is(db.hpExpire('h', 'a', 100_000), [1]);
    assert.ok((await db.hpTTL('h', 'a'))[0] > 99_000);
    await is(db.hpExpireAt('h', 'a', new Date(4102444800_500)), [1]);
    await is(db.hpExpireTime('h', ['a']), [4102444800_500]);
    await is(db.hPersist('h', 'a'), [1]);
    await is(db.hGetEx('h', ['a', 'none'], { ex: 50 }), ['1', null]);
    await is(db.hTTL('h', 'a'), [50]);
    await is(db.hGetEx('h', 'a', 'PERSIST'), ['1']);
    await is(db.hSetEx('h', { x: 1, y: 2 }, { ex: 60, fnx: true }), 1);
    await is(db.hSetEx('h', { x: 1 }, { ex: 60, fnx: true }), 0);
    await is(db.hsetex('h', 'EX', 70, 'FIELDS', 1, 'x', 9), 1);
    await is(db.hTTL('h', ['x', 'y']), [70, 60]);
    await is(db.hGetDel('h', ['x', 'y', 'z']), ['9', '2', null]);
    await is(db.hDel('h', 'b', 'c'), 2);
    await is(db.hRandField('h'), 'a');
    await is(db.hRandField('h', 2), ['a']);
    await is(db.hrandfield('h', 1, 'WITHVALUES'), [{ field: 'a', value: '1' }]);
    await is(db.hRandFieldCount('h', -2), ['a', 'a']);
    await is(db.hRandFieldWithValues('h', 2), [{ field: 'a', value: '1' }]);
    await is(db.hRandFieldCountWithValues('none', 2), []);
    await is(db.hscan('h').next(), { value: ['a', '1'], done: false });
  });

  family('lists', async (db, is) => {
    await is(db.rPush('l', 'a', 'b'), 2);
    await is(db.rPush('l', ['c', 'd']), 4);
    await is(db.lPush('l', 'z'), 5);
    await is(db.lPushX('none', 'z'), 0);
    await is(db.rPushX('l', 'a'), 6);
    await is(db.lRange('l', 0, -1), ['z', 'a', 'b', 'c', 'd', 'a']);
    await is(db.lIndex('l', -2), 'd');
    await is(db.lIndex('l', 9), null);
    await is(db.lInsert('l', 'BEFORE', 'a', 'y'), 7);
    await is(db.lLen('l'), 7);
    await is(db.lPos('l', 'a'), 2);
    await is(db.lPos('l', 'a', { rank: -1 }), 6);
    await is(db.lPos('l', 'a', { count: 0, maxlen: 0 }), [2, 6]);
    await is(db.lpos('l', 'a', 'RANK', 2), 6);
    await is(db.lPosCount('l', 'a', 1, { rank: 2 }), [6]);
    await is(db.lRem('l', 0, 'a'), 2);
    await is(db.lSet('l', 0, 'x'), 'OK');
    await is(db.lTrim('l', 1, -1), 'OK');
    await is(db.lrange('l', 0, -1), ['y', 'b', 'c', 'd']);
    await is(db.lMove('l', 'm', 'LEFT', 'RIGHT'), 'y');
    await is(db.rPopLPush('l', 'm'), 'd');
    await is(db.blMove('m', 'l', 'LEFT', 'LEFT', 1), 'd');
    await is(db.brPopLPush('m', 'l', 1), 'y');
    await is(db.lPop('l'), 'y');
    await is(db.lPop('l', 2), ['d', 'b']);
    await is(db.lPopCount('none', 2), null);
    await is(db.rPop('l'), 'c');
    await is(db.rPop('none'), null);
    await db.rPush('l', 1, 2, 3, 4, 5, 6, 7, 8);
    await is(db.rPopCount('l', 2), ['8', '7']);
    await is(db.lmPop(['none', 'l'], 'LEFT', { count: 2 }), ['l', ['1', '2']]);
    await is(db.lmpop(1, 'l', 'RIGHT'), ['l', ['6']]);
    await is(db.blmPop(1, ['l'], 'LEFT'), ['l', ['3']]);
    await is(db.blmpop(1, 1, 'l', 'LEFT', 'COUNT', 1), ['l', ['4']]);
    const waiting = db.blPop(['l', 'none'], 1);
    await is(db.rPush('none', 'late'), 1);
    await is(waiting, { key: 'l', element: '5' });
    await is(db.brpop('l', 'none', 1), { key: 'none', element: 'late' });
    await is(db.brPop('l', 0.01), null);
    assert.throws(() => db.pipeline().blPop('l', 5), { message: /BLPOP may wait/ });
    assert.throws(() => db.pipeline().execute('BLPOP', 'l', 5), { message: /BLPOP may wait/ });
    const wakes = db.blPop('l', 5);
    await db.rPush('l', 'now');
    await is(wakes, { key: 'l', element: 'now' });
  });

  family('sets', async (db, is) => {
    await is(db.sAdd('a', 1, 2, 3), 3);
    await is(db.sAdd('b', ['2', '3', '4']), 3);
    await is(db.sCard('a'), 3);
    await is(db.sDiff('a', 'b'), ['1']);
    await is(db.sDiffStore('c', ['a', 'b']), 1);
    assert.deepEqual(sorted(await db.sInter(['a', 'b'])), ['2', '3']);
    await is(db.sInterCard(['a', 'b']), 2);
    await is(db.sInterCard(['a', 'b'], { limit: 1 }), 1);
    await is(db.sInterCard(['a', 'b'], 1), 1);
    await is(db.sintercard(2, 'a', 'b', 'LIMIT', 1), 1);
    await is(db.sInterStore('c', 'a', 'b'), 2);
    await is(db.sIsMember('a', 1), 1);
    await is(db.smIsMember('a', [1, 9]), [1, 0]);
    assert.deepEqual(sorted(await db.sMembers('a')), ['1', '2', '3']);
    await is(db.sMove('a', 'b', 1), 1);
    await is(db.sRem('a', 2), 1);
    await is(db.sRandMember('a'), '3');
    await is(db.sRandMember('a', 2), ['3']);
    await is(db.sRandMemberCount('a', -2), ['3', '3']);
    assert.deepEqual(sorted(await db.sUnion('a', 'b')), ['1', '2', '3', '4']);
    await is(db.sUnionStore('c', 'a', 'b'), 4);
    await is(db.sPop('a'), '3');
    await is(db.sPop('a'), null);
    await is(db.sPop('none', 2), []);
    assert.deepEqual(sorted(await db.sPopCount('c', 9)), ['1', '2', '3', '4']);
    assert.equal((await db.sscan('b').next()).done, false);
  });

  family('sorted sets', async (db, is) => {
    const scored = (...pairs) => pairs.map(([value, score]) => ({ value, score }));
    await is(db.zAdd('z', { score: 1, value: 'a' }), 1);
    await is(db.zAdd('z', [{ score: 2, value: 'b' }, { score: '3', value: 'c' }], { nx: true }), 2);
    await is(db.zAdd('z', [{ score: 4, value: 'c' }], { ch: true, GT: true }), 1);
    await is(db.zadd('z', 5, 'd', 6, 'e'), 2);
    await is(db.zadd('z', 'XX', 7, 'f'), 0);
    await is(db.zAdd('z', { score: Infinity, value: 'inf' }), 1);
    await is(db.zScore('z', 'inf'), Infinity);
    await is(db.zRem('z', 'inf', 'none'), 1);
    await is(db.zAdd('z', { score: 1, value: 'e' }, { incr: true }), 7);
    await is(db.zAddIncr('z', { score: -1, value: 'e' }), 6);
    await is(db.zAddIncr('z', { score: 1, value: 'e' }, { nx: true }), null);
    await is(db.zCard('z'), 5);
    await is(db.zCount('z', '(1', '+inf'), 4);
    await is(db.zIncrBy('z', 0.5, 'e'), 6.5);
    await is(db.zScore('z', 'e'), 6.5);
    await is(db.zScore('z', 'none'), null);
    await is(db.zmScore('z', ['a', 'none']), [1, null]);
    await is(db.zRank('z', 'b'), 1);
    await is(db.zRevRank('z', 'b'), 3);
    await is(db.zRank('z', 'none'), null);
    await is(db.zRange('z', 0, 1), ['a', 'b']);
    await is(db.zRange('z', 0, 1, { withscores: true }), scored(['a', 1], ['b', 2]));
    await is(db.zRange('z', 9, 0, { byscore: true, rev: true, limit: [1, 2] }), ['d', 'c']);
    await is(db.zrange('z', 0, 0, 'WITHSCORES'), scored(['a', 1]));
    await is(db.zRangeWithScores('z', '(1', 4, { byscore: true }), scored(['b', 2], ['c', 4]));
    await is(db.zRangeWithScores('none', 0, -1), []);
    await is(db.zRangeByScore('z', 1, 2), ['a', 'b']);
    await is(db.zRangeByScore('z', 1, 9, { withscores: true, limit: [1, 1] }), scored(['b', 2]));
    await is(db.zRangeByScoreWithScores('z', 1, 2), scored(['a', 1], ['b', 2]));
    await is(db.zRevRange('z', 0, 1, { withscores: true }), scored(['e', 6.5], ['d', 5]));
    await is(db.zRevRangeByScore('z', 2, 1), ['b', 'a']);
    await is(db.zRangeStore('y', 'z', 0, 1), 2);
    await is(db.zRangeStore('y', 'z', 9, 0, { byscore: true, rev: true, limit: [0, 2] }), 2);
    await db.zadd('lex', 0, 'a', 0, 'b', 0, 'c', 0, 'd');
    await is(db.zRangeByLex('lex', '[b', '+', { limit: [0, 2] }), ['b', 'c']);
    await is(db.zRevRangeByLex('lex', '+', '(b'), ['d', 'c']);
    await is(db.zLexCount('lex', '-', '(c'), 2);
    await is(db.zRemRangeByLex('lex', '[c', '[d'), 2);
    await is(db.zRemRangeByRank('lex', 0, 0), 1);
    await is(db.zRemRangeByScore('lex', 0, 0), 1);
    await db.zadd('x', 1, 'a', 1, 'q');
    await is(db.zUnion(['x', 'y']), ['a', 'q', 'd', 'e']);
    await is(db.zUnion(['x', 'y'], { weights: [2, 1], aggregate: 'MAX', withscores: true }), scored(['a', 2], ['q', 2], ['d', 5], ['e', 6.5]));
    await is(db.zUnionWithScores(['x'], { weights: [3] }), scored(['a', 3], ['q', 3]));
    await is(db.zunion(1, 'x', 'WITHSCORES'), scored(['a', 1], ['q', 1]));
    await is(db.zUnionStore('w', ['x', 'y'], { aggregate: 'MIN' }), 4);
    await is(db.zInter(['x', 'z']), ['a']);
    await is(db.zInterWithScores(['x', 'z']), scored(['a', 2]));
    await is(db.zInterCard(['x', 'z']), 1);
    await is(db.zInterCard(['z', 'z'], 2), 2);
    await is(db.zInterStore('w', ['x', 'z']), 1);
    await is(db.zinterstore('w', 2, 'x', 'z'), 1);
    await is(db.zDiff(['x', 'z']), ['q']);
    await is(db.zDiff(['x', 'z'], { withscores: true }), scored(['q', 1]));
    await is(db.zDiffWithScores(['x', 'z']), scored(['q', 1]));
    await is(db.zDiffStore('w', ['x', 'z']), 1);
    await is(db.zRandMember('w'), 'q');
    await is(db.zRandMember('w', 2), ['q']);
    await is(db.zrandmember('w', 1, 'WITHSCORES'), scored(['q', 1]));
    await is(db.zRandMemberCount('w', -2), ['q', 'q']);
    await is(db.zRandMemberCountWithScores('w', 1), scored(['q', 1]));
    await is(db.zscan('w').next(), { value: { value: 'q', score: 1 }, done: false });
    await is(db.zPopMin('z'), { value: 'a', score: 1 });
    await is(db.zPopMax('z'), { value: 'e', score: 6.5 });
    await is(db.zPopMin('none'), null);
    await is(db.zPopMin('z', 1), scored(['b', 2]));
    await is(db.zPopMax('none', 1), []);
    await is(db.zPopMinCount('z', 1), scored(['c', 4]));
    await is(db.zPopMaxCount('z', 2), scored(['d', 5]));
    await db.zadd('z', 1, 'a', 2, 'b', 3, 'c', 4, 'd', 5, 'e', 6, 'f');
    await is(db.zmPop(['none', 'z'], 'MIN', { count: 2 }), { key: 'z', members: scored(['a', 1], ['b', 2]) });
    await is(db.zmpop(1, 'none', 'MIN'), null);
    await is(db.bzmPop(1, ['z'], 'MAX'), { key: 'z', members: scored(['f', 6]) });
    await is(db.bzPopMin('z', 1), { key: 'z', value: 'c', score: 3 });
    await is(db.bzPopMax(['none', 'z'], 1), { key: 'z', value: 'e', score: 5 });
    await is(db.bzpopmin('none', 0.01), null);
  });

  family('streams', async (db, is) => {
    const entry = (id, message) => ({ id, message });
    const [one, two] = [entry('1-1', { a: '1' }), entry('2-1', { a: '2', b: '3' })];
    await is(db.xAdd('none', '*', { a: 1 }, { nomkstream: true }), null);
    await is(db.xAdd('s', '1-1', { a: 1 }), '1-1');
    await is(db.xadd('s', '2-1', 'a', 2, 'b', 3), '2-1');
    await is(db.xAdd('s', '3-1', new Map([['a', 3]]), { maxlen: ['~', 100], limit: 10 }), '3-1');
    await is(db.xadd('s', 'MAXLEN', 100, '4-1', 'a', 4), '4-1');
    assert.ok(/^\d+-0$/.test(await db.xAdd('other', '*', { a: 1 })));
    await is(db.xLen('s'), 4);
    await is(db.xRange('s', '-', '+', { count: 2 }), [one, two]);
    await is(db.xRange('none', '-', '+'), []);
    await is(db.xRevRange('s', '2-1', '-'), [two, one]);
    await is(db.xRead({ key: 's', id: '0' }, { count: 1 }), [{ name: 's', messages: [one] }]);
    await is(db.xRead([{ key: 's', id: '1-1' }, { key: 'none', id: 0 }], { count: 1 }), [{ name: 's', messages: [two] }]);
    await is(db.xread('COUNT', 1, 'STREAMS', 's', '0'), [{ name: 's', messages: [one] }]);
    await is(db.xRead({ key: 's', id: '9' }), null);
    await is(db.xRead({ key: 's', id: '9' }, { block: 10 }), null);
    const waiting = db.xRead({ key: 'late', id: '$' }, { BLOCK: 5000 });
    await db.xAdd('late', '1-1', { a: 1 });
    await is(waiting, [{ name: 'late', messages: [one] }]);
    assert.throws(() => db.pipeline().xRead({ key: 'late', id: '$' }, { block: 0 }), { message: /XREAD may wait/ });
    await is(db.pipeline().xRead({ key: 'late', id: '0' }).exec(), [[{ name: 'late', messages: [one] }]]);

    await is(db.xGroupCreate('s', 'g', '0'), 'OK');
    await is(db.xGroupCreate('made', 'g', '$', { mkstream: true }), 'OK');
    await is(db.xGroup('CREATE', 'made', 'h', '$'), 'OK');
    await is(db.xGroupCreateConsumer('s', 'g', 'c'), 1);
    await is(db.xReadGroup('g', 'c', { key: 's', id: '>' }, { count: 2 }), [{ name: 's', messages: [one, two] }]);
    await is(db.xreadgroup('GROUP', 'g', 'c', 'COUNT', 1, 'STREAMS', 's', '>'), [{ name: 's', messages: [entry('3-1', { a: '3' })] }]);
    await is(db.xReadGroup('g', 'c', [{ key: 's', id: '>' }], { noack: true }), [{ name: 's', messages: [entry('4-1', { a: '4' })] }]);
    await is(db.xReadGroup('g', 'c', { key: 's', id: '>' }, { block: 10 }), null);
    await is(db.xPending('s', 'g'), { pending: 3, firstId: '1-1', lastId: '3-1', consumers: [{ name: 'c', deliveriesCounter: 3 }] });
    await is(db.xPending('made', 'g'), { pending: 0, firstId: null, lastId: null, consumers: null });
    const [pending] = await db.xPendingRange('s', 'g', '-', '+', 1, { idle: 0, consumer: 'c' });
    assert.equal(typeof pending.millisecondsSinceLastDelivery, 'number');
    assert.deepEqual({ ...pending, millisecondsSinceLastDelivery: 0 }, { id: '1-1', consumer: 'c', millisecondsSinceLastDelivery: 0, deliveriesCounter: 1 });
    assert.equal((await db.xpending('s', 'g', '-', '+', 10)).length, 3);
    await is(db.xAck('s', 'g', ['3-1']), 1);
    await is(db.xClaim('s', 'g', 'd', 0, '1-1', { idle: 5, retrycount: 3 }), [one]);
    await is(db.xClaim('s', 'g', 'd', 0, ['1-1'], 'JUSTID'), ['1-1']);
    await is(db.xClaimJustId('s', 'g', 'd', 0, ['1-1', '2-1']), ['1-1', '2-1']);
    await is(db.xAutoClaimJustId('s', 'g', 'c', 0, '-', { count: 1 }), { nextId: '2-1', messages: ['1-1'], deletedMessages: [] });
    await is(db.xDel('s', '1-1'), 1);
    await is(db.xReadGroup('g', 'c', { key: 's', id: '0' }), [{ name: 's', messages: [entry('1-1', {})] }]);
    await is(db.xAutoClaim('s', 'g', 'c', 0, '0'), { nextId: '0-0', messages: [two], deletedMessages: ['1-1'] });
    const info = await db.xInfoStream('s');
    assert.deepEqual([info.length, info['first-entry'], info['last-entry']], [3, two, entry('4-1', { a: '4' })]);
    assert.deepEqual((await db.xInfoStream('s', { full: true, count: 1 })).entries, [two]);
    assert.equal((await db.xInfo('STREAM', 's')).length, 3);
    assert.equal((await db.xInfoGroups('s'))[0].name, 'g');
    assert.deepEqual((await db.xInfoConsumers('s', 'g')).map(({ name }) => name), ['c', 'd']);
    await is(db.xGroupSetId('s', 'g', '0', { entriesread: 0 }), 'OK');
    await is(db.xGroupDelConsumer('s', 'g', 'c'), 1);
    await is(db.xGroupDestroy('s', 'g'), 1);
    await is(db.xSetId('s', '9-9', { entriesadded: 20 }), 'OK');
    await is(db.xTrim('s', { maxlen: 2 }), 1);
    await is(db.xTrim('s', { minid: '4-1' }), 1);
    await is(db.xtrim('s', 'MAXLEN', 0), 1);
  });

  family('places', async (db, is) => {
    const palermo = { longitude: 13.361389, latitude: 38.115556, member: 'Palermo' };
    const catania = { longitude: 15.087269, latitude: 37.502669, member: 'Catania' };
    const round = (place) => place && [place.longitude, place.latitude].map((degrees) => degrees.toFixed(4));
    await is(db.geoAdd('g', palermo), 1);
    await is(db.geoAdd('g', [palermo, catania], { nx: true }), 1);
    await is(db.geoadd('g', 13.5, 38, 'near'), 1);
    await is(db.geoDist('g', 'Palermo', 'Catania', 'km'), 166.2742);
    await is(db.geoDist('g', 'Palermo', 'none'), null);
    await is(db.geoHash('g', ['Palermo', 'none']), ['sqc8b49rny0', null]);
    assert.deepEqual((await db.geoPos('g', 'Palermo', 'none')).map(round), [['13.3614', '38.1156'], null]);
    await is(db.geoSearch('g', 'Palermo', { radius: 50, unit: 'km' }, { asc: true }), ['Palermo', 'near']);
    await is(db.geoSearch('g', { member: 'Palermo' }, { radius: 50, unit: 'km' }, { desc: true, count: 1 }), ['near']);
    await is(db.geoSearch('g', { longitude: 15, latitude: 37.5 }, { width: 50, height: 50, unit: 'km' }), ['Catania']);
    await is(db.geosearch('g', 'FROMMEMBER', 'Palermo', 'BYRADIUS', 1, 'km'), ['Palermo']);
    const [found] = await db.geoSearch('g', 'Palermo', { radius: 1, unit: 'km' }, { withdist: true, withcoord: true, withhash: true });
    assert.deepEqual([found.member, found.distance, found.hash, round(found.coordinates)], ['Palermo', 0, 3479099956230698, ['13.3614', '38.1156']]);
    await is(db.geoSearchWith('g', 'Palermo', { radius: 1, unit: 'm' }, ['WITHDIST'], { count: 1 }), [{ member: 'Palermo', distance: 0 }]);
    await is(db.geoSearchStore('d', 'g', 'Palermo', { radius: 50, unit: 'km' }, { storedist: true }), 2);
    await is(db.zScore('d', 'Palermo'), 0);
    await is(db.geosearchstore('d', 'g', 'FROMMEMBER', 'Palermo', 'BYBOX', 1, 1, 'km'), 1);
    await is(db.geoRadius('g', { longitude: 15, latitude: 37.5 }, 50, 'km'), ['Catania']);
    await is(db.georadius('g', 15, 37.5, 50, 'km', 'WITHDIST'), [{ member: 'Catania', distance: 7.7062 }]);
    await is(db.geoRadius('g', { longitude: 15, latitude: 37.5 }, 50, 'km', { store: 'd' }), 1);
    await is(db.geoRadiusRo('g', { longitude: 15, latitude: 37.5 }, 50, 'km', { count: 1 }), ['Catania']);
    await is(db.geoRadiusByMember('g', 'Palermo', 50, 'km', { asc: true }), ['Palermo', 'near']);
    await is(db.geoRadiusByMemberRo('g', 'Palermo', 1, 'km', { withdist: true }), [{ member: 'Palermo', distance: 0 }]);
  });

  family('bitmaps and HyperLogLogs', async (db, is) => {
    await is(db.setBit('b', 1, 1), 0);
    await is(db.getBit('b', 1), 1);
    await is(db.set('b', 'foobar'), 'OK');
    await is(db.bitCount('b'), 26);
    await is(db.bitCount('b', { start: 1, end: 1 }), 6);
    await is(db.bitCount('b', { start: 5, end: 30, mode: 'BIT' }), 17);
    await is(db.bitcount('b', 5, 30, 'BIT'), 17);
    await is(db.bitPos('b', 1), 1);
    await is(db.bitPos('b', 0, 1, -1, 'BYTE'), 8);
    await is(db.bitOp('NOT', 'c', 'b'), 6);
    await is(db.bitOp('AND', 'c', ['b', 'c']), 6);
    await is(db.bitCount('c'), 0);
    const steps = [
      { operation: 'SET', encoding: 'u8', offset: 0, value: 255 },
      { operation: 'OVERFLOW', behavior: 'FAIL' },
      { increment: 1, offset: 0, encoding: 'u8', operation: 'INCRBY' },
      { operation: 'GET', encoding: 'u8', offset: '#0' },
    ];
    await is(db.bitField('n', steps), [0, null, 255]);
    await is(db.bitField('n', [{ set: ['u8', 0, 1] }, { overflow: 'SAT' }, { incrby: ['u8', 0, 2] }, { get: ['u8', 0] }]), [255, 3, 3]);
    await is(db.bitfield('n', 'GET', 'u8', 0), [3]);
    await is(db.bitFieldRo('n', [{ encoding: 'u8', offset: 0 }]), [3]);
    await is(db.bitfieldro('n', 'GET', 'u4', 4), [3]);

    await is(db.pfAdd('p', 'a', 'b'), 1);
    await is(db.pfAdd('q', ['b', 'c']), 1);
    await is(db.pfCount('p', 'q'), 3);
    await is(db.pfMerge('r', ['p', 'q']), 'OK');
    await is(db.pfcount('r'), 3);
  });

  family('vectors', async (db, is) => {
    // The build without vectors knows none of this.
    if ((await db.commandInfo('vadd'))[0] === null) return;
    await is(db.vectorCreate('i', { dim: 2, distance: 'cosine', m: 8 }), 'OK');
    await is(db.vectorcreate('j', 'DIM', 2), 'OK');
    await is(db.vectorAdd('i', 'a', [1, 0], { attr: '{"n":1}' }), 1);
    await is(db.vectorAdd('i', 'b', new Float32Array([0, 1])), 1);
    await is(db.vectorAdd('i', 'c', new Uint8Array(new Float32Array([-1, 0]).buffer)), 1);
    await is(db.vectoradd('i', 'a', 'VALUES', 2, 1, 0, 'ATTR', '{"n":1}'), 0);
    await is(db.vectorSearch('i', 2, [1, 0]), ['a', 'b']);
    await is(db.vectorSearch('i', 1, new Float64Array([1, 0]), { filter: '.n == 1', ef: 10 }), ['a']);
    await is(db.vectorSearch('i', 2, [1, 0], { withscores: true }), [{ value: 'a', score: 0 }, { value: 'b', score: 1 }]);
    await is(db.vectorSearch('i', 2, [1, 0], { withattr: true }), [{ value: 'a', attributes: '{"n":1}' }, { value: 'b', attributes: null }]);
    await is(db.vectorsearch('i', 'K', 1, 'VALUES', 2, 1, 0, 'WITHSCORES', 'WITHATTR'), [{ value: 'a', score: 0, attributes: '{"n":1}' }]);
    await is(db.vectorGet('i', 'a'), [1, 0]);
    await is(db.vectorGet('i', 'none'), null);
    await is(db.vectorGetWithAttr('i', 'a'), { vector: [1, 0], attributes: '{"n":1}' });
    assert.equal((await db.vectorInfo('i')).vectors, 3);
    assert.deepEqual(sorted(await db.vectorList()), ['i', 'j']);
    await is(db.vectorDel('i', ['a', 'none']), 1);
    await is(db.vectorDrop('i'), 'OK');

    await is(db.vAdd('v', [1, 0], '10', { noquant: true, setattr: '{"n":1}' }), true);
    await is(db.vAdd('v', new Float32Array([0, 1]), '2', { NOQUANT: true }), true);
    await is(db.vadd('v', 'VALUES', 2, 1, 0, '10', 'NOQUANT'), false);
    await is(db.vAdd('reduced', [1, 2, 3], 'a', { setattr: '{}', reduce: 2 }), true);
    await is(db.vDim('reduced'), 2);
    await is(db.vCard('v'), 2);
    await is(db.vEmb('v', '10'), [1, 0]);
    const raw = await db.vEmbRaw('v', '10');
    assert.deepEqual([raw.quantization, raw.raw, raw.l2], ['f32', new Uint8Array(new Float32Array([1, 0]).buffer), 1]);
    await is(db.vGetAttr('v', '2'), null);
    await is(db.vSetAttr('v', '10', '{"n":1}'), true);
    await is(db.vGetAttr('v', '10'), '{"n":1}');
    assert.equal((await db.vInfo('v')).size, 2);
    await is(db.vIsMember('v', 'none'), false);
    assert.deepEqual((await db.vLinks('v', '10')).flat(), ['2']);
    assert.deepEqual(Object.keys((await db.vLinksWithScores('v', '10'))[0]), ['2']);
    await is(db.vLinks('v', 'none'), null);
    assert.ok(['2', '10'].includes(await db.vRandMember('v')));
    assert.deepEqual(sorted(await db.vRandMember('v', 2)), ['10', '2']);
    await is(db.vRange('v', '-', '+', 10), ['10', '2']);
    await is(db.vSim('v', [1, 0]), ['10', '2']);
    await is(db.vSim('v', '10', { count: 1 }), ['10']);
    await is(db.vsim('v', 'ELE', '10', 'COUNT', 1), ['10']);
    await is(db.vSim('v', [1, 0], { withscores: true }), [{ value: '10', score: 1 }, { value: '2', score: 0.5 }]);
    const alike = [{ value: '10', score: 1, attributes: '{"n":1}' }, { value: '2', score: 0.5, attributes: null }];
    await is(db.vSim('v', [1, 0], { withattribs: true }), alike);
    await is(db.vSimWithScores('v', '10', { filter: '.n == 1' }), [{ value: '10', score: 1 }]);
    await is(db.vRem('v', '10'), true);
  });

  family('messages', async (db, is) => {
    await is(db.publish('c', 'nobody'), 0);
    const subscription = await db.subscribe('c', () => undefined);
    await is(db.publish('c', 'hello'), 1);
    await is(db.sPublish('c', 'hello'), 0);
    await is(db.pubSubChannels(), ['c']);
    await is(db.pubSubChannels('x*'), []);
    await is(db.pubSub('CHANNELS'), ['c']);
    await is(db.pubSubNumSub('c', ['d']), { c: 1, d: 0 });
    await is(db.pubSubNumPat(), 0);
    await is(db.pubSubShardChannels(), []);
    await is(db.pubSubShardNumSub('c'), { c: 0 });
    await subscription.unsubscribe();
  });

  family('the store', async (db, is) => {
    await is(db.ping(), 'PONG');
    await is(db.ping('hello'), 'hello');
    await is(db.echo(1), '1');
    await db.mSet(pairsOf('ab'));
    await is(db.dbSize(), 2);
    await is(db.swapDb(0, 1), 'OK');
    await is(db.dbSize(), 0);
    await is(db.flushDb('ASYNC'), 'OK');
    await is(db.flushAll(), 'OK');
    assert.ok((await db.info()).includes('# Memory'));
    assert.ok(!(await db.info('server', 'clients')).includes('# Memory'));
    const [seconds, microseconds] = await db.time();
    assert.ok(Math.abs(seconds - Date.now() / 1000) < 5 && microseconds < 1e6);
    assert.ok((await db.lolWut()).includes('Redis ver.'));

    await is(db.configGet('maxmemory-policy'), { 'maxmemory-policy': 'noeviction' });
    await is(db.configGet(['maxmemory-samples', 'maxmemory-policy']), { 'maxmemory-samples': '5', 'maxmemory-policy': 'noeviction' });
    await is(db.configSet('maxmemory-samples', 6), 'OK');
    await is(db.configSet({ 'maxmemory-samples': 7, 'slowlog-log-slower-than': 0 }), 'OK');
    await is(db.config('GET', 'maxmemory-samples'), { 'maxmemory-samples': '7' });
    await is(db.configResetStat(), 'OK');

    await db.set('slow', 1);
    const [slow] = (await db.slowLogGet(5)).filter(({ arguments: words }) => words[0] === 'SET');
    assert.deepEqual(slow.arguments, ['SET', 'slow', '1']);
    assert.ok((await db.slowLogLen()) > 0 && (await db.slowLog('LEN')) > 0 && typeof slow.duration === 'number');
    await db.configSet('slowlog-log-slower-than', -1);
    await is(db.slowLogReset(), 'OK');
    await is(db.slowLogLen(), 0);

    assert.ok((await db.memoryUsage('slow')) > 0);
    await is(db.memoryUsage('none', { samples: 5 }), null);
    await is(db.memory('USAGE', 'none'), null);
    assert.equal((await db.memoryStats())['keys.count'], 1);
    await is(db.memoryPurge(), 'OK');
    for (const report of [db.memoryDoctor(), db.memoryMallocStats(), db.latencyDoctor()]) assert.ok((await report).length > 0);
    await is(db.latencyLatest(), []);
    await is(db.latency('LATEST'), []);
    await is(db.latencyHistory('command'), []);
    await is(db.latencyReset(), 0);
    assert.equal((await db.latencyHistogram('set')).set.calls, 1);
    await assert.rejects(db.latencyGraph('command'), { code: 'ERR', message: /No samples/ });

    assert.equal(await db.commandCount(), (await db.command()).length);
    assert.equal((await db.commandInfo('get', 'none'))[0][0], 'get');
    assert.equal((await db.commandDocs('get')).get.group, 'string');
    await is(db.commandGetKeys('MSET', 'a', 1, 'b', 2), ['a', 'b']);
    assert.equal((await db.commandGetKeysAndFlags('GET', 'a'))[0][0], 'a');
    assert.deepEqual(sorted(await db.commandList({ filterby: ['PATTERN', 'getd*'] })), ['getdel']);
  });

  family('sessions', async (db, is) => {
    await is(db.clientGetName(), null);
    await is(db.clientSetName('me'), 'OK');
    await is(db.client('GETNAME'), 'me');
    const id = await db.clientId();
    assert.ok((await db.clientInfo()).startsWith(`id=${id} `));
    assert.ok((await db.clientList()).includes('name=me'));
    assert.ok((await db.clientList({ id: [id] })).startsWith(`id=${id} `));
    await is(db.clientSetInfo('LIB-NAME', 'x'), 'OK');
    await is(db.clientNoEvict(true), 'OK');
    await is(db.clientNoTouch(false), 'OK');
    await is(db.clientPause(1, 'WRITE'), 'OK');
    await is(db.clientUnpause(), 'OK');
    await is(db.clientUnblock(id), 0);
    await is(db.clientKill({ id: 9999 }), 0);
    await is(db.clientkill('ID', 9999), 0);
    await assert.rejects(db.client('reply', 'off'), { message: /CLIENT REPLY/ });

    const [session, other] = [db.session(), db.session()];
    await is(session.watch('key', ['other']), 'OK');
    await other.set('key', 1);
    await is(session.multi().get('key').exec(), null);
    await session.watch('key');
    await is(session.unwatch(), 'OK');
    await other.set('key', 2);
    await is(session.multi().get('key').hgetall('none').exec(), ['2', {}]);
    session.close();
    other.close();
  });

  family('scans', async (db, is) => {
    const all = async (generator) => {
      const list = [];
      for await (const item of generator) list.push(item);
      return list;
    };
    const names = Array.from({ length: 300 }, (_, at) => `k${at}`);
    await db.mSet(Object.fromEntries(names.map((name) => [name, 1])));
    await db.sAdd('set', names);
    await db.hSet('hash', Object.fromEntries(names.map((name) => [name, name])));
    await db.zAdd('zset', names.map((value, score) => ({ value, score })));
    const expected = sorted(names);
    assert.deepEqual(sorted(await all(db.scan({ match: 'k*', count: 50 }))), expected);
    await is(all(db.scan({ type: 'set' })), ['set']);
    assert.deepEqual(sorted(await all(db.sScan('set', { count: 7 }))), expected);
    assert.deepEqual(sorted((await all(db.hScan('hash'))).map(([field, value]) => `${field}${field === value}`)), sorted(names.map((name) => `${name}true`)));
    const scores = await all(db.zScan('zset', { match: 'k29*' }));
    assert.deepEqual(sorted(scores.map(({ value }) => value)), expected.filter((name) => name.startsWith('k29')));
    assert.ok(scores.every(({ value, score }) => value === `k${score}`));
    for await (const key of db.scan()) {
      assert.ok(key.length > 0);
      break;
    }
    assert.ok((await db.binary.sscan('set').next()).value instanceof Uint8Array);
    await assert.rejects(all(db.scan(0)), { name: 'TypeError' });
  });

  family('in bytes', async (db, is) => {
    const { binary } = db;
    await binary.hSet('h', 'field', bytes(0, 255));
    await is(binary.hGetAll('h'), { field: bytes(0, 255) });
    await is(binary.hRandFieldWithValues('h', 1), [{ field: new TextEncoder().encode('field'), value: bytes(0, 255) }]);
    await binary.xAdd('s', '1-1', { a: bytes(255) });
    await is(binary.xRange('s', '-', '+'), [{ id: new TextEncoder().encode('1-1'), message: { a: bytes(255) } }]);
    await is(binary.xRead({ key: 's', id: 0 }), [{ name: 's', messages: [{ id: new TextEncoder().encode('1-1'), message: { a: bytes(255) } }] }]);
    await binary.zAdd('z', { score: 1.5, value: bytes(255) });
    await is(binary.zRangeWithScores('z', 0, -1), [{ value: bytes(255), score: 1.5 }]);
    await is(binary.zPopMin('z'), { value: bytes(255), score: 1.5 });
    await db.geoadd('g', 1, 1, 'a', 2, 2, 'b');
    await is(binary.geoDist('g', 'a', 'a'), 0);
    assert.equal(typeof (await binary.time())[0], 'number');
    await is(binary.pubSubNumSub('c'), { c: 0 });
  });

  family('what is no argument is refused, and nothing is sent', async (db, is) => {
    const wrong = [null, undefined, NaN, true, () => 1, Symbol('s'), { a: 1 }, new Date(), [null], [{}]];
    const takes = { set: ['key'], sAdd: ['key'], rPush: ['key'], hSet: ['key', 'field'], append: ['key'], get: [], del: [], publish: ['c'] };
    for (const [method, before] of Object.entries(takes)) {
      for (const value of wrong) {
        const refused = { name: 'TypeError', message: new RegExp(`^${method.toUpperCase()}: argument ${before.length + 1} is `) };
        await assert.rejects(db[method](...before, value), refused, `${method} of ${String(value)}`);
      }
    }
    const named = (command, argument) => ({ name: 'TypeError', message: new RegExp(`^${command}: argument ${argument} is `) });
    await assert.rejects(db.hSet('key', { field: null }), named('HSET', 3));
    await assert.rejects(db.mSet({ key: { nested: 1 } }), named('MSET', 2));
    await assert.rejects(db.zAdd('key', { value: 'a' }), named('ZADD', 2));
    await assert.rejects(db.zAdd('key', { score: NaN, value: 'a' }), named('ZADD', 2));
    await assert.rejects(db.set('key', 'value', { ex: NaN }), named('SET', 4));
    await assert.rejects(db.set('key', 'value', { ex: null }), named('SET', 4));
    await assert.rejects(db.set('key', 'value', null), named('SET', 3));
    await assert.rejects(db.xAdd('key', '*', { a: undefined }), named('XADD', 4));
    await assert.rejects(db.xRead({ key: 'key' }), named('XREAD', 3));
    await assert.rejects(db.geoAdd('key', { longitude: 1, member: 'a' }), named('GEOADD', 3));
    await assert.rejects(db.vectorAdd('key', 'a', [1, null]), named('VECTOR.ADD', 6));
    await assert.rejects(db.set('key', 'value', { exx: 1 }), { name: 'FerriteError', code: 'ERR', message: /syntax error/ });
    assert.throws(() => db.pipeline().set('key', {}), named('SET', 2));
    assert.throws(() => db.multi().set('key', {}), named('SET', 2));
    await is(db.dbSize(), 0);
    await is(db.set('key', 'value', undefined), 'OK');
  });

  test('commands: each that the engine knows is a method, or is left out for a reason', async () => {
    const db = new Ferrite();
    const methods = db.binary.constructor.prototype;
    const reasonOf = (command) => EXCEPTIONS.find(([pattern]) => pattern.test(command));
    const commands = await db.execute('COMMAND', 'LIST');
    const used = new Set();
    for (const command of commands) {
      const exception = reasonOf(command);
      if (exception) used.add(exception);
      const method = command.replace(/[^a-z]/g, '');
      const isMethod = method in methods && !OWN.includes(method);
      assert.equal(isMethod, !exception, command);
    }
    assert.ok(commands.length > 300);
    assert.deepEqual(EXCEPTIONS.filter((exception) => !used.has(exception)).map(([pattern]) => String(pattern)), []);
    db.close();
  });

  test('commands: the tests call each method', async () => {
    const db = new Ferrite();
    const methods = methodsOf(db.binary).filter((name) => !OWN.includes(name));
    const isVector = (name) => name.startsWith('v');
    const hasVectors = (await db.commandInfo('vadd'))[0] !== null;
    const missing = methods.filter((name) => !called.has(name.toLowerCase()) && (hasVectors || !isVector(name)));
    assert.deepEqual(missing, []);
    assert.ok(methods.length > 500);
    db.close();
  });
}
