// What the package promises beside single commands: order, sessions, pipelines, transactions, messages, snapshots, limits.

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export function suite({ test, assert, Ferrite, FerriteError }) {
  test('a store is ready with its first call, and each is its own', async () => {
    const [a, b] = [new Ferrite(), new Ferrite()];
    assert.equal(await a.execute('SET', 'key', 'a'), 'OK');
    assert.equal(await b.execute('GET', 'key'), null);
    assert.equal(await b.ready(), b);
    a.close();
    assert.equal(await b.execute('SET', 'key', 'b'), 'OK');
    b.close();
  });

  test('a build says of which component it was made', () => {
    assert.ok(['store', 'store-without-vectors'].includes(Ferrite.component.name), Ferrite.component.name);
    assert.ok(/^[0-9a-f]{64}$/.test(Ferrite.component.sha256), Ferrite.component.sha256);
  });

  test('calls that nobody waits for run in their order', async () => {
    const db = new Ferrite();
    const replies = await Promise.all([
      db.execute('SET', 'n', 1),
      db.execute('INCR', 'n'),
      db.pipeline().execute('INCR', 'n').execute('GET', 'n').exec(),
      db.multi().execute('INCR', 'n').exec(),
      db.execute('GET', 'n'),
    ]);
    assert.deepEqual(replies, ['OK', 2, [3, '3'], [4], '4']);
    db.close();
  });

  test('an argument is taken when the call is made', async () => {
    const db = new Ferrite();
    const bytes = new Uint8Array([1, 2, 3]);
    const done = db.execute('SET', 'key', bytes);
    bytes.fill(9);
    await done;
    assert.deepEqual(await db.binary.execute('GET', 'key'), new Uint8Array([1, 2, 3]));
    db.close();
  });

  test('text and bytes of every kind and length come back as they were', async () => {
    const db = new Ferrite();
    const texts = ['', 'a', 'é', '\ufeffmark', '日本', '🦀'.repeat(30), 'x'.repeat(47), 'x'.repeat(49), 'é'.repeat(3000), 'z'.repeat(100_000)];
    for (const text of texts) {
      await db.execute('SET', 'key', text);
      assert.equal(await db.execute('GET', 'key'), text, `${text.length} characters`);
      assert.equal(await db.execute('STRLEN', 'key'), new TextEncoder().encode(text).length);
    }
    assert.deepEqual(await Promise.all(texts.map((text) => db.execute('ECHO', text))), texts);
    const every = Uint8Array.from({ length: 256 }, (_, at) => at);
    await db.execute('SET', every, every.buffer);
    assert.deepEqual(await db.binary.execute('GET', every), every);
    db.close();
  });

  test('numbers: integers beyond 2^53 are bigints, scores are numbers', async () => {
    const db = new Ferrite();
    await db.execute('SET', 'n', 9007199254740990n);
    assert.equal(await db.execute('INCR', 'n'), 9007199254740991);
    assert.equal(await db.execute('INCR', 'n'), 9007199254740992n);
    await db.execute('SET', 'n', '-9223372036854775807');
    assert.equal(await db.execute('DECR', 'n'), -9223372036854775808n);
    await db.execute('ZADD', 'z', Infinity, 'a', 0.1, 'b');
    assert.equal(await db.execute('ZSCORE', 'z', 'a'), Infinity);
    assert.equal(await db.execute('ZSCORE', 'z', 'b'), 0.1);
    db.close();
  });

  test('errors have the code and the line of Redis', async () => {
    const db = new Ferrite();
    await db.execute('SET', 'key', 'value');
    await assert.rejects(db.execute('LPUSH', 'key', 'x'), { name: 'FerriteError', code: 'WRONGTYPE', message: /^WRONGTYPE Operation/ });
    await assert.rejects(db.execute('NONSENSE'), (error) => error instanceof FerriteError && error.code === 'ERR');
    db.close();
  });

  test('a value that is no string, number or bytes is a TypeError, and nothing is sent', async () => {
    const db = new Ferrite();
    for (const value of [null, undefined, true, {}, Symbol('s'), () => 1, NaN]) {
      await assert.rejects(db.execute('SET', 'key', value), { name: 'TypeError', message: /^SET: argument 2 is / });
    }
    assert.equal(await db.execute('EXISTS', 'key'), 0);
    assert.throws(() => db.pipeline().execute('SET', 'key', null), { name: 'TypeError' });
    db.close();
  });

  test('a command that blocks holds up nobody else', async () => {
    const db = new Ferrite();
    const popped = db.execute('BLPOP', 'queue', 0);
    const late = db.execute('BLPOP', 'nothing', 0.05);
    const read = db.execute('XREAD BLOCK 0 STREAMS Stream $');
    assert.equal(await db.execute('PING'), 'PONG');
    await db.execute('RPUSH', 'queue', 'job');
    assert.deepEqual(await popped, ['queue', 'job']);
    await db.execute('XADD', 'Stream', '1-1', 'f', 'v');
    assert.deepEqual(await read, { Stream: [['1-1', ['f', 'v']]] });
    assert.equal(await late, null);
    db.close();
  });

  test('a pipeline: failures stand where they happened, the rest ran', async () => {
    const db = new Ferrite();
    const [set, error, get] = await db.pipeline().execute('SET', 'a', 1).execute('LPUSH', 'a', 1).execute('GET', 'a').exec();
    assert.deepEqual([set, error.code, get], ['OK', 'WRONGTYPE', '1']);
    assert.deepEqual(await db.pipeline().exec(), []);
    const large = db.pipeline();
    for (let index = 0; index < 5000; index++) large.execute('SET', `key:${index}`, 'v'.repeat(500)).execute('GET', `key:${index}`);
    const results = await large.exec();
    assert.equal(results.length, 10_000);
    assert.ok(results.every((result, at) => result === (at % 2 ? 'v'.repeat(500) : 'OK')), 'replies of more than a turn');
    const done = db.pipeline();
    await done.execute('PING').exec();
    assert.throws(() => done.execute('PING'), { code: 'ERR' });
    assert.throws(() => db.pipeline().execute('BLPOP', 'q', 0), { message: /may wait/ });
    db.close();
  });

  test('a transaction is whole, or refused whole; a watched key makes it null', async () => {
    const db = new Ferrite();
    assert.deepEqual(await db.multi().execute('SET', 'a', 1).execute('INCR', 'a').exec(), ['OK', 2]);
    await assert.rejects(db.multi().execute('SET', 'a', 5).execute('SET', 'a').exec(), { message: /wrong number of arguments/ });
    assert.equal(await db.execute('GET', 'a'), '2');
    const session = db.session();
    await session.execute('WATCH', 'a');
    await db.execute('SET', 'a', 3);
    assert.equal(await session.multi().execute('SET', 'a', 4).exec(), null);
    assert.equal(await session.execute('GET', 'a'), '3');
    session.close();
    await assert.rejects(session.execute('GET', 'a'), { code: 'CLOSED' });
    await assert.rejects(db.execute('MULTI'), { message: /db\.multi\(\)/ });
    await assert.rejects(db.execute('client reply', 'off'), { message: /waits for its reply/ });
    db.close();
  });

  test('messages reach listeners and iterations, in order, until they unsubscribe', async () => {
    const db = new Ferrite();
    const heard = [];
    const news = await db.subscribe(['news', 'late'], (message, channel) => heard.push([channel, message]));
    const matching = await db.psubscribe('n*');
    const seen = (async () => {
      for await (const { message, channel, pattern } of matching) {
        if (message === 'end') return [channel, pattern];
      }
    })();
    assert.equal(await db.execute('PUBLISH', 'news', 'é'), 2);
    await db.execute('PUBLISH', 'late', '2');
    await db.execute('PUBLISH', 'news', 'end');
    assert.deepEqual(await seen, ['news', 'n*']);
    assert.deepEqual(heard, [['news', 'é'], ['late', '2'], ['news', 'end']]);
    await news.unsubscribe();
    assert.equal(await db.execute('PUBLISH', 'news', 'nobody'), 0);
    db.close();
  });

  test('live queries tell the value now and after each change', async () => {
    const db = new Ferrite();
    const [values, keys] = [[], []];
    const one = await db.live('user:1', ({ event, value }) => values.push([event, value]));
    const all = await db.live('user:*', ({ key, event }) => keys.push([key, event]));
    await db.execute('HSET', 'user:1', 'name', 'Alice');
    await pause(5);
    await db.execute('DEL', 'user:1');
    await pause(5);
    await one.stop();
    await db.execute('SET', 'user:2', 'x');
    await pause(5);
    await all.stop();
    assert.deepEqual(values, [[null, null], ['hset', { name: 'Alice' }], ['del', null]]);
    assert.deepEqual(keys, [['user:1', 'hset'], ['user:1', 'del'], ['user:2', 'set']]);
    db.close();
  });

  test('keys expire by themselves', async () => {
    const db = new Ferrite();
    const gone = [];
    const live = await db.live('short*', ({ key, event }) => gone.push([key, event]));
    await db.execute('SET', 'short', 'x', 'PX', 30);
    for (let turn = 0; turn < 100 && gone.length < 3; turn++) await pause(10);
    assert.deepEqual(gone, [['short', 'set'], ['short', 'expire'], ['short', 'expired']]);
    await live.stop();
    db.close();
  });

  test('a snapshot brings everything into another store', async () => {
    const db = new Ferrite();
    await db.execute('SET', 's', 'text');
    await db.execute('HSET', 'h', 'f', 'v');
    await db.execute('RPUSH', 'l', ...Array.from({ length: 1000 }, (_, at) => at));
    await db.execute('SADD', 'set', 'a', 'b');
    await db.execute('ZADD', 'z', 1.5, 'm');
    await db.execute('XADD', 'x', '1-1', 'f', 'v');
    await db.execute('SETBIT', 'bits', 100_000, 1);
    await db.execute('SET', 'ttl', 'x', 'EX', 1000);
    const snapshot = await db.dump();
    const copy = await Ferrite.restore(snapshot);
    assert.equal(await copy.execute('DBSIZE'), 8);
    for (const key of ['s', 'h', 'l', 'set', 'z', 'x', 'bits', 'ttl']) {
      assert.deepEqual(await copy.dump(key), await db.dump(key), key);
    }
    assert.ok((await copy.execute('TTL', 'ttl')) > 990);
    db.close();
    copy.close();
  });

  test('a damaged snapshot is refused, and says where', async () => {
    const db = new Ferrite();
    for (let index = 0; index < 50; index++) await db.execute('SET', `key:${index}`, `value ${index}`);
    const good = await db.dump();
    for (let at = 0; at < good.length; at += 7) {
      const damaged = good.slice();
      damaged[at] ^= 0x55;
      await assert.rejects(Ferrite.restore(damaged), { name: 'FerriteError', message: /^ERR the snapshot is damaged at byte \d+: / });
      await assert.rejects(Ferrite.restore(good.subarray(0, at)), { name: 'FerriteError' });
    }
    await assert.rejects(Ferrite.restore('text'), { name: 'TypeError' });
    db.close();
  });

  test('memory has a limit: writes are refused, or keys make room', async () => {
    const value = 'v'.repeat(10_000);
    const full = new Ferrite({ maxMemory: '4mb' });
    let refusal;
    for (let index = 0; index < 1000 && !refusal; index++) {
      refusal = await full.execute('SET', `key:${index}`, value).then(() => undefined, (error) => error);
    }
    assert.equal(refusal?.code, 'OOM');
    assert.equal(await full.execute('GET', 'key:0'), value);
    full.close();
    const evicting = new Ferrite({ maxMemory: '4mb', maxMemoryPolicy: 'allkeys-lru' });
    for (let index = 0; index < 1000; index++) await evicting.execute('SET', `key:${index}`, value);
    const keys = await evicting.execute('DBSIZE');
    assert.ok(keys > 50 && keys < 1000, `${keys} keys are left`);
    evicting.close();
  });

  test('settings that are wrong are named', async () => {
    await assert.rejects(new Ferrite({ maxMemory: 'much' }).ready(), { name: 'FerriteError', message: /maxmemory/ });
    await assert.rejects(new Ferrite({ maxMemoryPolicy: 'none' }).execute('PING'), { name: 'FerriteError', message: /maxmemory-policy/ });
    assert.throws(() => new Ferrite({ memory: 1 }), { name: 'TypeError', message: /no option memory/ });
  });

  test('after close every call is refused', async () => {
    const db = new Ferrite();
    const waiting = db.execute('BLPOP', 'queue', 0);
    await db.execute('PING');
    db.close();
    await assert.rejects(waiting, { code: 'CLOSED' });
    await assert.rejects(db.execute('PING'), { code: 'CLOSED' });
    await assert.rejects(db.pipeline().execute('PING').exec(), { code: 'CLOSED' });
    await assert.rejects(db.dump(), { code: 'CLOSED' });
    await assert.rejects(db.ready(), { code: 'CLOSED' });
  });

  test('a module that is none says what to do', async () => {
    const page = new TextEncoder().encode('<!doctype html><title>404</title>');
    await assert.rejects(new Ferrite({ wasm: page }).ready(), { code: 'LOAD', message: /a page of HTML.*store\.wasm/s });
  });

  test('bytes of a client that speaks RESP by itself', async () => {
    const db = new Ferrite();
    const seen = [];
    let isClosed = false;
    const wire = await db.wire({ onReplies: (bytes) => seen.push(new TextDecoder().decode(bytes)), onClose: () => (isClosed = true) });
    const bytes = new TextEncoder().encode('*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\nb\r\nPING\r\n');
    for (const byte of bytes) wire.send(Uint8Array.of(byte));
    assert.equal(seen.join(''), '+OK\r\n+PONG\r\n');
    assert.equal(await db.execute('GET', 'a'), 'b');
    wire.send(new TextEncoder().encode('QUIT\r\n'));
    assert.ok(isClosed);
    db.close();
  });
}
