// What only a program sees that has the handler in its own process: Node, against the package's build.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handler } from '../../dist/http-node.js';
import { Ferrite } from '../../dist/node.js';

const token = 's3cret';
const ask = (path, init = {}) =>
  new Request(`http://localhost${path}`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, ...init });

test('options that cannot be meant are refused', () => {
  const db = new Ferrite();
  for (const options of [undefined, {}, { token: '' }, { token: 7 }, { token, allowhost: [] }]) {
    assert.throws(() => handler(db, options), TypeError);
  }
});

test('there is a limit on subscribers, and who leaves makes room', async () => {
  const db = new Ferrite();
  const answer = handler(db, { token });
  const subscribed = [];
  for (let index = 0; index < 128; index++) subscribed.push(await answer(ask('/subscribe/news')));
  assert.ok(subscribed.every(({ status }) => status === 200));
  assert.equal((await answer(ask('/subscribe/news'))).status, 503);
  await subscribed.pop().body.cancel();
  assert.equal(await db.publish('news', 'x'), 127, 'and its session is gone');
  const again = await answer(ask('/psubscribe/n*'));
  assert.equal(again.status, 200);
  const reader = again.body.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), 'data: psubscribe,n*,1\n\n');
  await db.publish('news', 'y');
  assert.equal(new TextDecoder().decode((await reader.read()).value), 'data: pmessage,n*,news,y\n\n');
  db.close();
  assert.ok((await reader.read()).done, 'the stream ends with the store');
});

test('who leaves is waited for no longer', async () => {
  const db = new Ferrite();
  const answer = handler(db, { token });
  const gone = new AbortController();
  const waiting = answer(ask('/', { body: '["BLPOP", "queue", 0]', signal: gone.signal }));
  while (!/blocked_clients:1\r/.test(await db.info('clients'))) await new Promise((resolve) => setTimeout(resolve, 5));
  gone.abort();
  assert.equal((await waiting).status, 400);
  assert.match(await db.info('clients'), /blocked_clients:0\r/);
});

test('a store that was closed is said to be', async () => {
  const db = new Ferrite();
  const answer = handler(db, { token });
  assert.equal((await answer(ask('/ping'))).status, 200);
  db.close();
  assert.equal((await answer(ask('/ping'))).status, 503);
});
