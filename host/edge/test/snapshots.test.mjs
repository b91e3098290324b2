// Snapshots between the server and this runtime: one of the server's is restored, key by key, and dumped again for the server.

/** What a key has of what its type counts. */
const LENGTHS = { string: 'STRLEN', hash: 'HLEN', list: 'LLEN', set: 'SCARD', zset: 'ZCARD', stream: 'XLEN', vectorset: 'VCARD' };

/** A generator of numbers below 1, the same in each run. */
function seeded(seed) {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

/** A file with some of its bytes changed, cut or doubled. */
function damaged(file, chance) {
  const at = Math.floor(chance() * file.length);
  if (chance() < 0.2) return file.subarray(0, at);
  const copy = file.slice();
  for (let changes = 1 + Math.floor(chance() * 4); changes > 0; changes--) {
    const place = Math.floor(chance() * copy.length);
    copy[place] ^= 1 + Math.floor(chance() * 255);
  }
  return copy;
}

/** A snapshot with a little of every type. */
async function small(Ferrite) {
  const db = new Ferrite();
  await db
    .pipeline()
    .set('string', 'text'.repeat(20))
    .set('number', 12345, { ex: 1000 })
    .hSet('hash', { field: 'value', other: 2 })
    .rPush('list', ['a', 1, 'b'.repeat(100)])
    .sAdd('set', ['a', 'b', 'c'])
    .sAdd('integers', [1, 2, 70_000])
    .zAdd('zset', [{ score: 1.5, value: 'a' }, { score: -2, value: 'b' }])
    .execute('XADD', 'stream', '1-1', 'field', 'value')
    .execute('VADD', 'vectors', 'VALUES', 3, 1, 2, 3, 'element')
    .exec();
  const file = await db.dump();
  db.close();
  return file;
}

export function suite({ test, assert, Ferrite, snapshot, keep, damages = 200 }) {
  if (snapshot) test('snapshots: one of the server is here key by key, and goes back', async () => {
    const file = Uint8Array.from(atob(snapshot.file), (character) => character.charCodeAt(0));
    const db = await Ferrite.restore(file, { maxMemory: 0 });
    assert.equal(await db.dbSize(), snapshot.keys.length);
    for (const [key, type, length] of snapshot.keys) {
      const counted = LENGTHS[type] ?? 'VCARD';
      assert.deepEqual([await db.type(key), await db.execute(counted, key)], [type, length], key);
    }
    keep(await db.dump());
    db.close();
  });

  test(`snapshots: ${damages} damaged ones are refused, and nothing is harmed`, async () => {
    const [chance, file, other] = [seeded(0x5eed), await small(Ferrite), await new Ferrite().ready()];
    await other.set('key', 'value');
    for (let number = 0; number < damages; number++) {
      const bytes = damaged(file, chance);
      const same = bytes.length === file.length && bytes.every((byte, at) => byte === file[at]);
      if (same) continue;
      await assert.rejects(Ferrite.restore(bytes, { maxMemory: '256mb' }), { name: 'FerriteError', code: 'ERR' }, `number ${number}`);
    }
    assert.equal(await other.get('key'), 'value');
    other.close();
  });
}
