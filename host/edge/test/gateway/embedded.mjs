// What only a program sees that has the gateway in its own process: Node, against the package's build.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createGateway, GatewayError } from '../../dist/gateway-node.js';
import { Ferrite } from '../../dist/node.js';

const BASE = 'http://upstream.example/v1';
const CHOICE = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } };
const ANSWER = { id: 'a', object: 'chat.completion', created: 1, model: 'm', choices: [CHOICE] };

const config = (more = '', base = BASE) => `${more}
[[models]]
name = "*"
retries = 0
deployments = [{ base_url = "${base}" }]
`;
const chat = (content = 'Hello', init = {}) =>
  new Request('http://gateway/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content }], ...init.body }),
    signal: init.signal,
  });
/** An upstream that answers at once. */
const answers = async () => Response.json(ANSWER);
const quiet = { log: () => undefined };

test('a configuration with mistakes is refused with all of them, and the one before stays', async () => {
  const wrong = '[cache]\nmode = "sometimes"\n\n[[models]]\nname = 7\n';
  const refused = (error) => {
    assert.ok(error instanceof GatewayError);
    assert.ok(error.mistakes.length >= 2, error.message);
    assert.match(error.message, /line 2: cache\.mode/);
    assert.equal(error.mistakes[0].line, 2);
    return true;
  };
  await assert.rejects(createGateway({ config: wrong }), refused);
  const gateway = await createGateway({ config: config(), fetch: answers, ...quiet });
  assert.throws(() => gateway.configure(wrong), refused);
  assert.equal((await gateway.fetch(chat())).status, 200);
  gateway.close();
});

test('options that there are not, and a configuration that is no text, are refused', async () => {
  await assert.rejects(createGateway({ config: config(), memory: 1 }), /no option memory/);
  await assert.rejects(createGateway({}), TypeError);
});

test('the gateway is shown the variables that its configuration names, and no others', async () => {
  const seen = [];
  const fetch = async (_, { headers }) => {
    seen.push(headers.get('authorization'));
    return answers();
  };
  const text = config().replace('base_url', 'api_key = { env = "KEY" }, base_url');
  await assert.rejects(createGateway({ config: text, variables: { OTHER: 'x' } }), /KEY/);
  const gateway = await createGateway({ config: text, variables: { KEY: 'sk-1', OTHER: 'x', BINDING: {} }, fetch, ...quiet });
  await (await gateway.fetch(chat())).text();
  assert.deepEqual(seen, ['Bearer sk-1']);
  gateway.close();
});

test('keys, budgets and the cache are in the store that is given', async () => {
  const store = new Ferrite();
  let calls = 0;
  const fetch = () => (calls++, answers());
  const first = await createGateway({ config: config('[cache]\nmode = "exact"'), store, fetch, ...quiet });
  await (await first.fetch(chat())).text();
  assert.ok((await store.dbSize()) > 0);
  first.close();
  const second = await createGateway({ config: config('[cache]\nmode = "exact"'), store, fetch, ...quiet });
  const again = await second.fetch(chat());
  assert.equal(again.headers.get('x-ferrite-cache'), 'hit');
  assert.deepEqual(await again.json(), ANSWER);
  assert.equal(calls, 1);
  second.close();
  assert.equal(await store.ping(), 'PONG', 'a store that was given stays');
  store.close();
});

test('commands of the gateway reach subscribers of the store, who may call the gateway', async () => {
  const store = new Ferrite({ config: { 'notify-keyspace-events': 'KEA' } });
  const gateway = await createGateway({ config: config('[cache]\nmode = "exact"'), store, fetch: answers, ...quiet });
  let asked;
  const subscription = await store.psubscribe('__keyspace@0__:*', () => (asked ??= gateway.fetch(chat('Another'))));
  assert.equal((await gateway.fetch(chat())).status, 200);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await asked).status, 200);
  await subscription.stop?.();
  gateway.close();
  store.close();
});

test('a trap fails the requests in flight in the shape of OpenAI, and the next one is answered', async () => {
  const lines = [];
  let isStalled = true;
  const fetch = (_, { signal }) =>
    isStalled ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))) : answers();
  const gateway = await createGateway({ config: config(), fetch, log: (level, text) => lines.push(`${level}: ${text}`) });
  const waiting = gateway.fetch(chat('waits'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  // No number of microseconds: what the component imports throws, as a trap does.
  const { now } = Date;
  Date.now = () => NaN;
  const responses = await Promise.all([waiting, gateway.fetch(chat('traps'))]).finally(() => (Date.now = now));
  isStalled = false;
  for (const response of responses) {
    assert.equal(response.status, 500);
    const { error } = await response.json();
    assert.deepEqual(Object.keys(error), ['message', 'type', 'param', 'code']);
    assert.equal(error.code, 'gateway_failed');
  }
  assert.match(lines.join('\n'), /error: the gateway component trapped/);
  assert.deepEqual(await (await gateway.fetch(chat('after'))).json(), ANSWER);
  gateway.close();
});

test('a gateway that was closed answers nobody, and its requests in flight fail', async () => {
  const gateway = await createGateway({ config: config(), fetch: () => new Promise(() => undefined), ...quiet });
  const waiting = gateway.fetch(chat());
  await new Promise((resolve) => setTimeout(resolve, 20));
  gateway.close();
  assert.equal((await waiting).status, 500);
  assert.equal((await gateway.fetch(chat())).status, 500);
});

test('a request whose signal is aborted already reaches no upstream for long', async () => {
  const aborted = [];
  const fetch = (_, { signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => (aborted.push(1), reject(signal.reason))));
  const gateway = await createGateway({ config: config(), fetch, ...quiet });
  await assert.rejects(gateway.fetch(chat('never', { signal: AbortSignal.abort() })), { name: 'AbortError' });
  const gone = new AbortController();
  const left = gateway.fetch(chat('never', { signal: gone.signal }));
  setTimeout(() => gone.abort(), 20);
  await assert.rejects(left, { name: 'AbortError' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(aborted.length >= 1);
  gateway.close();
});

test('policies are functions, what they throw is a failure, and one that is missing refuses', async () => {
  const policies = {
    shout: {
      onRequest: (body) => ({ tag: 'replace', val: body.replace('Hello', 'HELLO') }),
      onResponse: async (body) => ({ tag: 'replace', val: body.replace('Hi', 'HI') }),
    },
    never: { onRequest: () => ({ tag: 'refuse', val: [451, 'Not here'] }) },
    broken: {
      onRequest() {
        throw Object.assign(new Error('component'), { payload: 'it does not like this' });
      },
    },
  };
  const sent = [];
  const fetch = async (_, { body }) => {
    sent.push(JSON.parse(new TextDecoder().decode(body)).messages[0].content);
    return answers();
  };
  const ask = async (name, ...hooks) => {
    const text = config(`[[policies]]\nname = "${name}"\nhooks = ${JSON.stringify(hooks)}\n`);
    const gateway = await createGateway({ config: text, policies, fetch, ...quiet });
    const response = await gateway.fetch(chat());
    const json = await response.json();
    gateway.close();
    return { status: response.status, json };
  };
  const shouted = await ask('shout', 'on-request', 'on-response');
  assert.equal(shouted.json.choices[0].message.content, 'HI');
  assert.deepEqual(sent, ['HELLO']);
  assert.equal((await ask('never', 'on-request')).status, 451);
  assert.ok((await ask('broken', 'on-request')).status >= 500);
  assert.ok((await ask('missing', 'on-request')).status >= 500);
  assert.equal(sent.length, 1);
});

test('the embedder that is given finds questions that mean the same, and one that fails is no failure of the request', async () => {
  let calls = 0;
  const fetch = () => (calls++, answers());
  const ask = async (gateway, content) => (await gateway.fetch(chat(content))).headers.get('x-ferrite-cache');
  const text = config('[cache]\nmode = "semantic"\n\n[embedder]');
  const embed = async (texts) => texts.map((text) => (/capital/i.test(text) ? new Float32Array([0.6, 0.8]) : [1, 0]));
  const gateway = await createGateway({ config: text, fetch, embed, ...quiet });
  assert.equal(await ask(gateway, 'What is the capital of France?'), 'miss');
  assert.equal(await ask(gateway, 'Please tell me, what is the capital of France?'), 'semantic');
  assert.equal(await ask(gateway, 'Who wrote Hamlet?'), 'miss');
  assert.equal(calls, 2);
  gateway.close();
  const failing = () => Promise.reject(new Error('out of order'));
  const without = await createGateway({ config: text, fetch, embed: failing, ...quiet });
  assert.equal(await ask(without, 'What is the capital of France?'), 'miss');
  without.close();
});

test('what an upstream compressed, though nobody asked for it, comes as it was', async () => {
  const server = createServer((_, response) => {
    const body = gzipSync(JSON.stringify(ANSWER));
    response.setHeader('content-type', 'application/json').setHeader('content-encoding', 'gzip');
    response.setHeader('content-length', body.length).end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gateway = await createGateway({ config: config('', `http://127.0.0.1:${server.address().port}/v1`), ...quiet });
  const response = await gateway.fetch(chat());
  assert.equal(response.headers.get('content-encoding'), null);
  assert.deepEqual(await response.json(), ANSWER);
  gateway.close();
  server.close();
});

test('two hundred requests that wait for a stalled upstream all end, and hold up nobody', async () => {
  const fetch = (_, { signal, body }) =>
    new TextDecoder().decode(body).includes('quick')
      ? answers()
      : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const text = config().replace('base_url', 'first_byte_timeout_ms = 200, base_url');
  const gateway = await createGateway({ config: text, fetch, ...quiet });
  const waiting = Array.from({ length: 200 }, (_, n) => gateway.fetch(chat(`waits ${n}`)));
  assert.equal((await gateway.fetch(chat('quick'))).status, 200);
  for (const response of await Promise.all(waiting)) assert.equal(response.status, 504);
  gateway.close();
});
