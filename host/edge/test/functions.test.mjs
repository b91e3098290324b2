// User-defined functions in the embedded store: atomic, rolled back, with permissions, as on the server. What the examples
// answer is in tests/functions/examples.resp, for both.

export function suite({ test, assert, Ferrite, functions }) {
  test('a function is called by its commands, and is the same as on a server', async () => {
    const db = new Ferrite({ functions });
    const names = (await db.execute('WASM.LIST')).filter((name) => name !== 'typed');
    assert.deepEqual(names, ['filter', 'leaderboard', 'pricing', 'rate-limit', 'stock', 'top-by-size', 'total']);
    const info = await db.execute('WASM.INFO', 'filter');
    assert.ok(/^[0-9a-f]{64}$/.test(info.digest), info.digest);
    await db.execute('SET', 'key', '{"n": 1}');
    assert.equal(await db.execute('WASM.CALL', 'filter', 'KEYS', 'key', 'ARGS', 'n', '==', 1, 'n'), '{"n":2}');
    assert.equal(await db.execute('GET', 'key'), '{"n":2}');
    db.close();
  });

  test('calls awaited together run in their order, each whole', async () => {
    const db = new Ferrite({ functions });
    const calls = Array.from({ length: 50 }, () => db.execute('WASM.CALL', 'rate-limit', 'KEYS', 'limit', 'ARGS', 20, 3_600_000));
    const replies = await Promise.all(calls);
    assert.deepEqual(replies.map(([allowed]) => allowed), Array.from({ length: 50 }, (_, at) => (at < 20 ? 1 : 0)));
    db.close();
  });

  test('stores do not share what functions wrote', async () => {
    const [a, b] = [new Ferrite({ functions }), new Ferrite({ functions })];
    assert.equal(await a.execute('STOCK.PUT', 'pears', 5), 5);
    assert.deepEqual(await b.execute('STOCK.LEFT', 'pears'), [0]);
    a.close();
    b.close();
  });

  test('what a function wrote before it failed is undone', async () => {
    const db = new Ferrite({ functions });
    await db.execute('STOCK.PUT', 'pears', 5);
    await assert.rejects(db.execute('STOCK.TAKE', 'pears', 6), { code: 'SOLDOUT' });
    await assert.rejects(db.execute('STOCK.MOVE', 'pears', 'plums', 6), { code: 'SOLDOUT' });
    assert.deepEqual(await db.execute('STOCK.LEFT', 'pears', 'plums'), [5, 0]);
    db.close();
  });

  test('a typed function takes words and WAVE text, and what it wrote before it failed is undone', async () => {
    const db = new Ferrite({ functions });
    const call = (name, ...args) => db.execute('WASM.CALL', `pricing.${name}`, 'ARGS', ...args);
    assert.equal(await call('set-price', 'pears', 120), 'OK');
    assert.equal(await call('price', 'pears'), 120);
    assert.equal(await call('price', 'plums'), null);
    assert.equal(await call('quote-order', '[{article: "pears", count: 3}]', 'percent(10)'), '{sum: 360, off: 36, due: 324}');
    await assert.rejects(call('quote-order', '[{article: "plums", count: 3}]'), { code: 'NOPRICE', message: 'NOPRICE `plums` has no price' });
    const message =
      'ERR wasm: argument 2 (`cents: u64`): expected an integer from 0 to 18446744073709551615, got \'cheap\'';
    await assert.rejects(call('set-price', 'pears', 'cheap'), { code: 'ERR', message });
    assert.equal(await call('price', 'pears'), 120);
    db.close();
  });

  test('WASM.INFO shows what can be called', async () => {
    const db = new Ferrite({ functions });
    const { functions: typed } = await db.execute('WASM.INFO', 'pricing');
    assert.deepEqual(typed, [
      'set-price: func(article: string, cents: u64) -> result<_, string>',
      'price: func(article: string) -> result<option<u64>, string>',
      'quote-order: func(lines: list<record { article: string, count: u32 }>, coupon: option<variant { amount(u64), percent(u8) }>)' +
        ' -> result<record { sum: u64, off: u64, due: u64 }, string>',
    ]);
    const plain = 'call: func(keys: list<list<u8>>, args: list<list<u8>>) -> result<reply, string>';
    assert.deepEqual((await db.execute('WASM.INFO', 'filter')).functions, [plain]);
    const stock = await db.execute('WASM.INFO', 'stock');
    assert.deepEqual(stock.functions, []);
    assert.ok(stock.commands.includes('STOCK.TAKE'), stock.commands);
    db.close();
  });
}
