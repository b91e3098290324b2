import { Ferrite } from '../../dist/node.js';

/** The REST calls of @upstash/redis before a real store, with functions that only count: what `ferrite serve --http` speaks. */
export async function restOf(token) {
  const db = await new Ferrite().ready();
  const functions = new Map();
  const decoder = new TextDecoder();

  const execute = async (words) => {
    const [name, ...args] = words;
    const text = args.map((word) => (typeof word === 'string' ? word : decoder.decode(word)));
    if (name === 'WASM.LIST') return [...functions.keys()];
    if (name === 'WASM.LOAD') return functions.set(text[0], args[1]) && 'OK';
    if (name === 'WASM.CALL') return db.execute('INCR', text[2]);
    return db.binary.execute(name, ...args);
  };
  const packed = (reply) => {
    if (reply instanceof Uint8Array) {
      const text = decoder.decode(reply);
      return text === 'OK' || text === 'PONG' ? text : Buffer.from(reply).toString('base64');
    }
    if (typeof reply === 'string') return reply === 'OK' || reply === 'PONG' ? reply : Buffer.from(reply).toString('base64');
    if (Array.isArray(reply)) return reply.map(packed);
    if (typeof reply === 'object' && reply !== null)
      return Object.entries(reply).flatMap(([key, value]) => [packed(key), packed(value)]);
    return reply;
  };
  const answered = (words) =>
    execute(words).then(
      (result) => ({ result: packed(result) }),
      (error) => ({ error: error.message }),
    );

  const answer = async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const send = (status, json) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    if (request.headers.authorization !== `Bearer ${token}`)
      return send(401, { error: 'WRONGPASS invalid or missing auth token' });
    const url = new URL(request.url, 'http://x');
    const path = url.pathname.split('/').filter(Boolean).map(decodeURIComponent);
    if (path.length === 0) return send(200, await answered(JSON.parse(body)));
    if (path[0] === 'pipeline') return send(200, await Promise.all(JSON.parse(body).map(answered)));
    // A path is a command, the body its next word, and the query what follows.
    const after = url.search.slice(1).split('&').filter(Boolean).map(decodeURIComponent);
    return send(200, await answered([...path, new Uint8Array(body), ...after]));
  };
  return { db, functions, answer, close: () => db.close() };
}
