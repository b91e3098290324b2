import { moduleOf, type WasmSource } from '../engine/module.js';
import type { Ferrite } from '../ferrite.js';
import type { Platform } from '../platforms/platform.js';
import { type Answer, Calls, type Settings } from './calls.js';
import { Exchange } from './exchange.js';
import { eventsOf } from './events.js';

/** Who may ask, and how. */
export interface HandlerOptions {
  /** What `Authorization: Bearer …` has to say. Whoever has it may do all that the store's default user may. */
  token: string;
  /** Names that may stand in `Host` beside those of this machine: `store.example.com` at any port, or with one. */
  allowHost?: readonly string[];
  /** Pages that may ask, beside those of the same origin: `https://app.example.com`. */
  allowOrigin?: readonly string[];
  /** Where the component comes from when the package cannot find it itself. */
  wasm?: WasmSource | Promise<WasmSource>;
}

/** Answers a request: what `fetch` of a Worker is, and what `Deno.serve` and `Bun.serve` take. */
export type Handler = (request: Request) => Promise<Response>;

/** Subscribers at a time, as of the server's HTTP port. */
const MOST_SUBSCRIBERS = 128;
/** Statuses whose answers have no body: a `Response` of one refuses to be given any. */
const WITHOUT_BODY = [204, 205, 304];

const OPTIONS = ['token', 'allowHost', 'allowOrigin', 'wasm'];

/** The REST calls of `@upstash/redis` over a store. The component is loaded by the first request. */
export function handlerIn(platform: Platform, db: Ferrite, options: HandlerOptions): Handler {
  const settings = settingsOf(options);
  let loading: Promise<WebAssembly.Module> | undefined;
  let calls: Calls | undefined;
  let subscribers = 0;

  /** Answers; ends the request unless messages follow, at whose end it ends. */
  const serve = async (calls: Calls, request: number, from: Request): Promise<Response> => {
    const whole = (answer: Answer): Response => {
      calls.end(request);
      return response(answer);
    };
    const refused = calls.greet(request);
    if (refused) return whole(refused);
    const body = await bodyOf(from, calls.mostBodyBytes).catch(() => undefined);
    if (!body) return whole(calls.fail(request, 400, 'the body cannot be read'));
    const asked = calls.read(request, body);
    if (asked.tag === 'err') return whole(asked.val);
    const { commands, replies, hasEvents } = asked.val;
    if (hasEvents && subscribers >= MOST_SUBSCRIBERS) {
      return whole(calls.fail(request, 503, `there are ${MOST_SUBSCRIBERS} subscribers already`));
    }
    const exchange = new Exchange(calls, request, replies);
    if (hasEvents) subscribers++;
    const left = (): void => {
      exchange.close();
      if (hasEvents) subscribers--;
    };
    try {
      const answer = await exchange.run(db, commands, from.signal);
      if (hasEvents && answer.status === 200) return response(answer, eventsOf(calls, request, exchange, answer.body, left));
      left();
      return whole(answer);
    } catch (error) {
      left();
      throw error;
    }
  };

  return async (from) => {
    loading ??= moduleOf(options.wasm, platform);
    const module = await loading.catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    const here = (calls ??= new Calls(module, settings));
    try {
      return await serve(here, here.begin(headOf(from)), from);
    } catch (error) {
      // It trapped: what its memory holds is half done, and the next request begins with a new one.
      if (calls === here) calls = undefined;
      console.error(`the HTTP adapter failed and begins anew: ${error}`);
      return Response.json({ error: 'ERR the HTTP adapter failed: try again' }, { status: 500 });
    }
  };
}

function settingsOf(options: HandlerOptions): Settings {
  if (typeof options !== 'object' || options === null) throw new TypeError('handler: the options are no object');
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) throw new TypeError(`handler: there is no option ${name}; there are ${OPTIONS.join(', ')}`);
  }
  const { token, allowHost = [], allowOrigin = [] } = options;
  if (typeof token !== 'string' || token === '') throw new TypeError('handler: `token` is missing, and nobody could ask');
  return { token, hosts: [...allowHost], origins: [...allowOrigin] };
}

function headOf({ method, url, headers }: Request): { method: string; target: string; headers: [string, string][] } {
  const { host, pathname, search } = new URL(url);
  const all: [string, string][] = [...headers];
  if (!headers.has('host')) all.push(['host', host]);
  return { method, target: pathname + search, headers: all };
}

/** The whole body; of one that is too long a byte more than may be. */
async function bodyOf(request: Request, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  while (reader && length <= most) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value.subarray(0, most + 1 - length));
    length += pieces.at(-1)!.length;
  }
  if (length > most) await reader?.cancel();
  const body = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
  }
  return body;
}

function response({ status, headers, body }: Answer, events?: ReadableStream<Uint8Array>): Response {
  return new Response(WITHOUT_BODY.includes(status) ? null : (events ?? (body as Uint8Array<ArrayBuffer>)), { status, headers });
}
