// What holds wherever the gateway runs: npm `openai` against the mock upstream itself, and through the gateway.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { test } from 'node:test';
import OpenAI from 'openai';

/** The configuration of all places; the mock is the upstream of every model. */
export const configuration = (mock) => `
[[models]]
name = "*"
retries = 0
[[models.deployments]]
base_url = "${mock.origin}/v1"
api_key = { env = "UPSTREAM_KEY" }

[[models]]
name = "cached"
cache = "exact"
deployments = [{ base_url = "${mock.origin}/v1" }]

[[models]]
name = "impatient"
retries = 0
deployments = [{ base_url = "${mock.origin}/v1", first_byte_timeout_ms = 300, between_bytes_timeout_ms = 300 }]

[[models]]
name = "nowhere"
retries = 0
deployments = [{ base_url = "http://127.0.0.1:${mock.closedPort}/v1" }]
`;

const MODEL = 'gpt-4o';
const messages = (content) => [{ role: 'user', content }];
const WEATHER = {
  type: 'function',
  function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};

/** Calls whose parsed answers are the same with and without the gateway. */
const SAME = {
  'a chat': (openai) => openai.chat.completions.create({ model: MODEL, messages: messages('Hello') }),
  'a chat with every kind of field': (openai) =>
    openai.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'system', content: 'Be brief.' }, ...messages('Grüße 👋 "quoted" \n')],
      temperature: 0.1,
      n: 2,
      seed: 7,
      future_field: { kept: [1, 2.5, null] },
    }),
  'a stream': (openai) => collected(openai.chat.completions.create({ model: MODEL, stream: true, messages: messages('Hello you') })),
  'a stream with usage': (openai) =>
    collected(
      openai.chat.completions.create({
        model: MODEL,
        stream: true,
        stream_options: { include_usage: true },
        messages: messages('count me'),
      }),
    ),
  'a call of a tool': (openai) =>
    openai.chat.completions.create({ model: MODEL, tools: [WEATHER], messages: messages('weather {"city": "Oslo"}') }),
  'a call of a tool in a stream': (openai) =>
    collected(
      openai.chat.completions.create({ model: MODEL, stream: true, tools: [WEATHER], messages: messages('weather {"city": "Oslo"}') }),
    ),
  'a completion': (openai) => openai.completions.create({ model: MODEL, prompt: 'Once' }),
  'a response': (openai) => openai.responses.create({ model: MODEL, input: 'Hello' }),
  'a response in a stream': (openai) => collected(openai.responses.create({ model: MODEL, input: 'Hello', stream: true })),
  embeddings: (openai) => openai.embeddings.create({ model: 'text-embedding-3-small', input: ['one', 'two'], dimensions: 16 }),
  models: async (openai) => (await openai.models.list()).data.map(({ id }) => id).filter((id) => !CONFIGURED.includes(id)).sort(),
  'an error of the upstream': (openai) => failed(openai.chat.completions.create({ model: MODEL, messages: messages('poison') })),
  'a refusal of the upstream': (openai) => failed(openai.chat.completions.create({ model: MODEL, messages: [], n: 0 })),
};
const CONFIGURED = ['*', 'cached', 'impatient', 'nowhere'];

const ERRORS = `
[[rule]]
when = { body = "poison" }
then = { status = 422, error = { message = "No poison", type = "invalid_request_error", param = "messages", code = "poisoned" } }
`;

async function collected(stream) {
  const chunks = [];
  for await (const chunk of await stream) chunks.push(chunk);
  return chunks;
}

async function failed(call) {
  const { status, error, code, param, type } = await call.then(
    () => assert.fail('it was answered'),
    (error) => error,
  );
  return { status, error, code, param, type };
}

/** The tests; `gateway()` and `mock()` are there when they run. `lacks` names what a place cannot do. */
export function suite(gateway, mock, lacks) {
  const through = () => new OpenAI({ baseURL: `${gateway().origin}/v1`, apiKey: 'sk-any', maxRetries: 0 });
  const direct = () => new OpenAI({ baseURL: `${mock().origin}/v1`, apiKey: 'sk-any', maxRetries: 0 });
  const chat = (body, options) => through().chat.completions.create({ model: MODEL, ...body }, options);

  for (const [name, call] of Object.entries(SAME)) {
    test(`${name} is the same with and without the gateway`, async () => {
      await mock().script(ERRORS);
      const expected = await call(direct());
      assert.deepEqual(await call(through()), expected);
    });
  }

  test('a second request is answered from the cache', async () => {
    for (const stream of [false, true]) {
      await mock().script();
      const ask = async () => {
        const call = chat({ model: 'cached', stream, messages: messages(`again ${stream}`) });
        const { data, response } = await call.withResponse();
        return { data: stream ? await collected(data) : data, cache: response.headers.get('x-ferrite-cache') };
      };
      const [first, second] = [await ask(), await ask()];
      assert.deepEqual([first.cache, second.cache], ['miss', 'hit']);
      assert.deepEqual(second.data, first.data);
      assert.equal((await mock().requests()).length, 1);
    }
  });

  test('two identical requests at once share one upstream call', async () => {
    await mock().script('[default]\nlatency = "300ms"\nbetween-chunks = "20ms"\n');
    const ask = () => collected(chat({ model: 'cached', stream: true, messages: messages('at once') }));
    const [first, second, third] = await Promise.all([ask(), ask(), ask()]);
    assert.deepEqual(second, first);
    assert.deepEqual(third, first);
    assert.equal((await mock().requests()).length, 1);
  });

  test('one of two that share a call leaves, and the other is answered', async () => {
    await mock().script('[default]\nlatency = "500ms"\n');
    const gone = new AbortController();
    const body = { model: 'cached', messages: messages('one leaves') };
    const first = chat(body, { signal: gone.signal });
    const left = assert.rejects(first, { name: 'Error' });
    await mock().requestsUntil((requests) => requests.length === 1);
    const second = chat(body);
    setTimeout(() => gone.abort(), 100);
    await left;
    assert.match((await second).choices[0].message.content, /one leaves/);
    assert.equal((await mock().requests()).length, 1);
  });

  test('a client that leaves a stream cancels the upstream', async () => {
    await mock().script('[default]\ntokens = 100000\nbetween-chunks = "5ms"\n');
    const stream = await chat({ stream: true, messages: messages('leave me') });
    let chunks = 0;
    for await (const _ of stream) if (++chunks === 5) break;
    await mock().requestsUntil(([request]) => request?.end === 'cancelled');
  });

  test('a client that leaves before the head cancels the upstream', { skip: lacks.includes('leaving early') }, async () => {
    await mock().script('[[rule]]\nthen = { fault = "stall" }\n');
    const pieces = slow(`${gateway().origin}/v1/chat/completions`, { model: MODEL, messages: messages('never') });
    const left = assert.rejects(pieces.next());
    await mock().requestsUntil((requests) => requests.length === 1);
    pieces.leave();
    await left;
    await mock().requestsUntil(([request]) => request?.end === 'cancelled');
  });

  test('a stalled upstream is an error in time, and holds up nobody else', async () => {
    await mock().script('[[rule]]\nwhen = { model = "impatient" }\nthen = { fault = "stall" }\n');
    const stalled = Array.from({ length: 50 }, (_, n) => failed(chat({ model: 'impatient', messages: messages(`wait ${n}`) })));
    assert.match((await chat({ messages: messages('me first') })).choices[0].message.content, /me first/);
    for (const { status, error } of await Promise.all(stalled)) {
      assert.equal(status, 504);
      assert.equal(typeof error.message, 'string');
    }
    await mock().requestsUntil((requests) => requests.filter(({ end }) => end === 'cancelled').length === 50);
  });

  test('a stream that breaks off is an error, and is not kept', async () => {
    for (const fault of ['reset', 'half-event', 'close']) {
      await mock().script(`[[rule]]\nthen = { fault = "${fault}", after-chunks = 3 }\n`);
      const ask = () => collected(chat({ model: 'cached', stream: true, messages: messages(`broken ${fault}`) }));
      await assert.rejects(ask());
      await mock().script();
      await ask();
      assert.equal((await mock().requests()).length, 1, 'the first was kept');
    }
  });

  test('an upstream that nobody runs is an error of the OpenAI shape', async () => {
    const { status, error } = await failed(chat({ model: 'nowhere', messages: messages('Hello') }));
    assert.equal(status, 502);
    assert.equal(typeof error.message, 'string');
    assert.equal(typeof error.type, 'string');
  });

  test('redirects are not followed', async () => {
    await mock().script(`[[rule]]\nthen = { status = 302, body = "there", headers = { location = "/v1/models" } }\n`);
    await failed(chat({ messages: messages('Where?') }));
    assert.equal((await mock().requests()).length, 1);
  });

  test('the upstream is sent its own key, and asked for nothing compressed', async () => {
    await mock().script();
    await chat({ messages: messages('Hello') });
    const [{ headers }] = await mock().requests();
    const header = (name) => Object.entries(Object.fromEntries(Array.isArray(headers) ? headers : Object.entries(headers)))
      .find(([known]) => known.toLowerCase() === name)?.[1];
    assert.match(String(header('authorization')), /^Bearer sk-(upstream|variable)$/);
    assert.equal(String(header('accept-encoding')), 'identity');
  });

  test('a body that is no JSON, and one that is too large, are refused', async () => {
    const headers = { 'content-type': 'application/json' };
    const send = (body) => fetch(`${gateway().origin}/v1/chat/completions`, { method: 'POST', headers, body });
    const refused = await send('no JSON');
    assert.equal(refused.status, 400);
    assert.equal(typeof (await refused.json()).error.message, 'string');
    const large = await send(new Uint8Array(20 << 20).fill(32)).then(({ status }) => status, () => 'reset');
    assert.ok(large === 413 || large === 'reset', `${large}`);
  });

  test('ten thousand chunks arrive at a slow reader', async () => {
    await mock().script('[default]\ntokens = 10000\n');
    const pieces = slow(`${gateway().origin}/v1/chat/completions`, { model: MODEL, stream: true, messages: messages('many') });
    let text = '';
    let reads = 0;
    for await (const piece of pieces) {
      text += piece;
      if (++reads % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.ok(text.split('\ndata: ').length > 10_000, `${text.split('\ndata: ').length} events`);
    assert.ok(text.trimEnd().endsWith('data: [DONE]'));
  });

  test('an endless stream comes no faster than it is read, and leaves memory flat', async () => {
    await mock().script('[[rule]]\nthen = { fault = "endless", endless-bytes = 1_000_000_000 }\n');
    const before = await residentMiB(gateway().pid);
    const pieces = slow(`${gateway().origin}/v1/chat/completions`, { model: MODEL, stream: true, messages: messages('endless') });
    await pieces.next();
    const sent = async () => (await mock().requests())[0].sent_bytes;
    // Sockets and queues fill up; then nothing moves any more.
    let last = -1;
    for (let now = await sent(); now !== last; now = await sent()) {
      last = now;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    assert.ok(last < 32 << 20, `${last} bytes were sent to a client that reads nothing`);
    const grown = (await residentMiB(gateway().pid)) - before;
    assert.ok(grown < 100, `${grown} MiB more`);
    pieces.leave();
    await mock().requestsUntil(([request]) => request.end === 'cancelled');
  });
}

/** A client that reads only when it is asked for the next piece, and leaves at once when it is told to. */
function slow(url, body) {
  const asked = request(url, { method: 'POST', agent: false, headers: { 'content-type': 'application/json' } });
  asked.end(JSON.stringify(body));
  const answered = new Promise((resolve, reject) => asked.on('response', resolve).on('error', reject));
  async function* pieces() {
    yield* (await answered).setEncoding('utf8');
  }
  return Object.assign(pieces(), { leave: () => asked.destroy() });
}

async function residentMiB(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) / 1024;
}
