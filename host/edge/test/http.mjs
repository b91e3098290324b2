// `node --test test/http.mjs`: the REST calls in every place where they are answered; FERRITE_EDGE_HTTP names some of them. The
// client is `@upstash/redis` of `tests/clients/node`, as it checks the server.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { request as send } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PLACES, start } from './places.mjs';

const CLIENTS = fileURLToPath(new URL('../../../tests/clients/node', import.meta.url));
const TOKEN = 'sk-variable';
const chosen = process.env.FERRITE_EDGE_HTTP?.split(',') ?? Object.keys(PLACES);

for (const place of chosen) {
  describe(`in ${place}`, () => {
    let server;
    before(async () => void (server = await start(place, 'http')));
    after(() => server?.close());

    /** A request with any headers, `Host` and `Origin` too, which `fetch` does not let one choose. */
    const ask = (headers = {}, { method = 'POST', path = '/', body = '["PING"]' } = {}) =>
      new Promise((resolve, reject) => {
        const sent = send(server.origin + path, { method, headers: { authorization: `Bearer ${TOKEN}`, ...headers } }, (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (piece) => (text += piece));
          answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
        });
        sent.on('error', reject).end(method === 'POST' ? body : undefined);
      });

    test('@upstash/redis works, messages too', { timeout: 120_000 }, async () => {
      const env = { ...process.env, STORE_URL: server.origin, STORE_TOKEN: TOKEN, STORE_SUBSCRIBES: '1' };
      // It is a test of its own, not a part of this one's report.
      delete env.NODE_TEST_CONTEXT;
      const { stdout } = await promisify(execFile)(process.execPath, ['--test', 'check-upstash.mjs'], { cwd: CLIENTS, env });
      assert.match(stdout, /\n# fail 0\n/, stdout);
      assert.match(stdout, /\n# skipped 0\n/, stdout);
    });

    test('nobody is served without the token', async () => {
      for (const authorization of ['', 'Bearer', `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, `Basic ${TOKEN}`]) {
        const answer = await ask({ authorization });
        assert.deepEqual([answer.status, answer.text], [401, '{"error":"Unauthorized"}'], authorization);
      }
      assert.equal((await ask({}, { path: `/ping?_token=${TOKEN}`, method: 'GET' })).status, 200);
    });

    test('a request must name this server', async () => {
      for (const host of ['localhost:1', '127.0.0.1', 'store.example']) assert.equal((await ask({ host })).status, 200, host);
      for (const host of ['evil.example', 'store.example.evil']) assert.equal((await ask({ host })).status, 421, host);
    });

    test('of pages only those of known origins may ask', async () => {
      const page = { host: 'store.example' };
      const allowed = await ask({ ...page, origin: 'https://app.example' });
      assert.deepEqual([allowed.status, allowed.headers['access-control-allow-origin']], [200, 'https://app.example']);
      assert.equal((await ask({ ...page, origin: 'https://store.example' })).status, 200);
      for (const origin of ['null', 'https://evil.example', 'https://app.example.evil']) {
        assert.equal((await ask({ ...page, origin })).status, 403, origin);
      }
      const asks = { ...page, origin: 'https://app.example', authorization: '', 'access-control-request-method': 'POST' };
      const preflight = await ask(asks, { method: 'OPTIONS' });
      assert.deepEqual([preflight.status, preflight.text], [204, '']);
      assert.match(preflight.headers['access-control-allow-headers'], /Authorization/);
    });

    test('what is too long, or no call, is refused', async () => {
      const tooLong = await ask({}, { body: `["SET","k","${'x'.repeat(1 << 20)}"]` });
      assert.deepEqual([tooLong.status, JSON.parse(tooLong.text).error], [413, 'the body of a request has at most 1048576 bytes']);
      assert.equal((await ask({}, { body: '{}' })).status, 400);
      assert.equal((await ask({}, { body: '["SUBSCRIBE","a"]' })).status, 400);
      assert.equal((await ask({}, { path: '/pipeline', method: 'GET' })).status, 405);
      assert.equal((await ask()).text, '{"result":"PONG"}', 'and it goes on');
    });

    test('what blocks is answered when another request wakes it, or its time is over', async () => {
      assert.equal((await ask({}, { body: '["BLPOP","nothing","0.05"]' })).text, '{"result":null}');
      const waiting = ask({}, { body: '["BLPOP","queue","20"]' });
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal((await ask({}, { body: '["RPUSH","queue","job"]' })).status, 200);
      assert.equal((await waiting).text, '{"result":["queue","job"]}');
    });
  });
}
