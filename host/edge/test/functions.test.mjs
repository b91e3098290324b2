// User-defined functions in the embedded store: atomic, rolled back, with permissions, as on the server. What the examples
// answer is in tests/functions/examples.resp, for both.

export function suite({ test, assert, Ferrite, functions }) {
  test('a function is called by its commands, and is the same as on a server', async () => {
    const db = new Ferrite({ functions });
    assert.deepEqual(await db.execute('WASM.LIST'), ['filter', 'leaderboard', 'rate-limit', 'stock', 'top-by-size', 'total']);
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
}
