import { type Reply, text, type Word } from '../resp/reply.js';
import type { Session, Store } from './store.js';

/** How often a server is asked whether keys changed: it pushes nothing over HTTP. */
const POLL_MS = 2000;
/** A server that does not answer for so long is given up. */
const PATIENCE_MS = 30_000;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A server by the REST calls of @upstash/redis: `ferrite serve --http`. It has no sessions: MULTI and SELECT are the server's affair. */
export class RemoteStore implements Store {
  readonly isEmbedded = false;
  readonly name: string;
  readonly #url: string;
  readonly #token: string;

  /** `address` as the user gave it; empty for the server that this page came from. */
  constructor(address: string, token: string) {
    const url = new URL(address.trim() || './', location.href);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error('An address begins with https:// or http://');
    if (url.username || url.password) throw new Error('The token has a field of its own: leave it out of the address');
    const isHere = url.origin === location.origin || ['localhost', '127.0.0.1'].includes(url.hostname);
    // The page's policy refuses it, too, but in no words that help.
    if (url.protocol === 'http:' && !isHere)
      throw new Error(
        'https:// is needed for any server but that of this page and this machine: a token does not travel in the clear',
      );
    url.hash = url.search = '';
    this.#url = url.href.replace(/\/*$/, '/');
    this.#token = token;
    this.name = url.host;
  }

  async execute(words: readonly Word[]): Promise<Reply> {
    const [path, body] = request(words);
    const answer = await this.#post(path, body);
    return reply(answer);
  }

  async pipeline(commands: readonly (readonly Word[])[]): Promise<Reply[]> {
    const answers = await this.#post('pipeline', JSON.stringify(commands.map((words) => words.map(asText))));
    if (!Array.isArray(answers)) return commands.map(() => reply(answers));
    return answers.map(reply);
  }

  session(): Session {
    return { execute: (words) => this.execute(words), isClosed: false, close: () => undefined };
  }

  async watch(onChange: (key: string | null) => void): Promise<() => void> {
    const timer = setInterval(() => {
      if (!document.hidden) onChange(null);
    }, POLL_MS);
    return () => clearInterval(timer);
  }

  close(): void {}

  async #post(path: string, body: string | Uint8Array<ArrayBuffer>): Promise<unknown> {
    const headers: Record<string, string> = { 'Upstash-Encoding': 'base64' };
    if (this.#token) headers['Authorization'] = `Bearer ${this.#token}`;
    if (typeof body === 'string') headers['Content-Type'] = 'application/json';
    let response: Response;
    try {
      response = await fetch(this.#url + path, {
        method: 'POST',
        headers,
        body,
        credentials: 'omit',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch (error) {
      return { error: `ERR ${this.name} cannot be reached: ${error instanceof Error ? error.message : error}` };
    }
    const content = await response.text();
    try {
      return JSON.parse(content);
    } catch {
      return { error: `ERR ${this.name} answered ${response.status} and no JSON` };
    }
  }
}

/** Commands are JSON. One with bytes that are no text has them as the body, and what is around them in the URL. */
function request(words: readonly Word[]): [path: string, body: string | Uint8Array<ArrayBuffer>] {
  const at = words.findIndex((word) => typeof word !== 'string' && !isText(word));
  if (at < 0) return ['', JSON.stringify(words.map(asText))];
  const before = words.slice(0, at).map((word) => encodeURIComponent(asText(word)));
  const after = words.slice(at + 1).map((word) => encodeURIComponent(asText(word)));
  return [before.join('/') + (after.length > 0 ? `?${after.join('&')}` : ''), new Uint8Array(words[at] as Uint8Array)];
}

function isText(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function asText(word: Word): string {
  if (typeof word === 'string') return word;
  if (!isText(word)) throw new Error('A server takes bytes that are no UTF-8 only once a command, and not in a pipeline');
  return strict.decode(word);
}

/** `{result}` or `{error}` as a reply. */
function reply(answer: unknown): Reply {
  if (typeof answer !== 'object' || answer === null)
    return { kind: 'error', text: 'ERR the server answered neither a result nor an error' };
  if ('error' in answer) return { kind: 'error', text: String(answer.error) };
  return value('result' in answer ? answer.result : null);
}

function value(json: unknown): Reply {
  if (json === null || json === undefined) return { kind: 'nil' };
  if (typeof json === 'boolean') return { kind: 'boolean', value: json };
  if (typeof json === 'number') {
    return Number.isInteger(json) ? { kind: 'integer', value: json } : { kind: 'double', text: String(json) };
  }
  if (Array.isArray(json)) return { kind: 'array', items: json.map(value) };
  if (typeof json === 'object') {
    return {
      kind: 'map',
      pairs: Object.entries(json).map(([key, one]) => [{ kind: 'string', bytes: new TextEncoder().encode(key) }, value(one)]),
    };
  }
  // A status is as it is; strings are in base64.
  if (json === 'OK' || json === 'PONG' || json === 'QUEUED') return { kind: 'status', text: String(json) };
  return unpacked(String(json));
}

function unpacked(packed: string): Reply {
  try {
    return { kind: 'string', bytes: Uint8Array.from(atob(packed), (character) => character.charCodeAt(0)) };
  } catch {
    return { kind: 'status', text: packed };
  }
}

/** Whether somebody answers there as a store does. */
export async function expectStore(store: Store): Promise<void> {
  const answer = await store.execute(['PING']);
  if (answer.kind === 'error') throw new Error(answer.text);
  if (!['PONG', 'pong'].includes(text(answer))) throw new Error('ERR whoever answers there is no store');
}
