import { el } from '../page/dom.js';
import { accepted, fields, items, number, pairs, type Reply, text } from '../resp/reply.js';
import { print, quoted } from '../resp/print.js';
import type { Store } from '../store/store.js';
import { laidOut } from './json.js';
import { decode, type Key, named } from './listing.js';

/** So much of a value is drawn. */
const MOST_BYTES = 64 << 10;
const MOST_ITEMS = 200;
/** JSON up to this length is taken apart. */
const MOST_JSON = 64 << 10;

/** The value of a key, drawn by its type. */
export async function draw(store: Store, { bytes: key, type }: Key): Promise<HTMLElement> {
  const way = WAYS[type];
  if (!way) return el('p', {}, `There is no picture of the type ${type} yet.`);
  return way(store, key);
}

const WAYS: Record<string, (store: Store, key: Uint8Array) => Promise<HTMLElement>> = {
  async string(store, key) {
    const [length, value] = await ask(store, ['STRLEN', key], ['GETRANGE', key, '0', String(MOST_BYTES - 1)]);
    const bytes = value?.kind === 'string' ? value.bytes : new Uint8Array();
    return el(
      'div',
      {},
      el('p', { className: 'size' }, `${number(length)} bytes`),
      written(bytes),
      more(bytes.length, number(length), 'bytes'),
    );
  },

  async hash(store, key) {
    const [length, page] = await ask(store, ['HLEN', key], ['HSCAN', key, '0', 'COUNT', String(MOST_ITEMS)]);
    const found = pairs(items(page)[1]).slice(0, MOST_ITEMS);
    return table(
      ['field', 'value'],
      found.map(([field, value]) => [shown(field), shown(value)]),
      number(length),
      'fields',
    );
  },

  async list(store, key) {
    const [length, found] = await ask(store, ['LLEN', key], ['LRANGE', key, '0', String(MOST_ITEMS - 1)]);
    return table(
      ['index', 'element'],
      items(found).map((item, at) => [String(at), shown(item)]),
      number(length),
      'elements',
    );
  },

  async set(store, key) {
    const [length, page] = await ask(store, ['SCARD', key], ['SSCAN', key, '0', 'COUNT', String(MOST_ITEMS)]);
    const found = items(items(page)[1]).slice(0, MOST_ITEMS);
    return table(
      ['member'],
      found.map((item) => [shown(item)]),
      number(length),
      'members',
    );
  },

  async zset(store, key) {
    const [length, range] = await ask(store, ['ZCARD', key], ['ZRANGE', key, '0', String(MOST_ITEMS - 1), 'WITHSCORES']);
    const found = pairs(range);
    const scores = found.map(([, score]) => number(score)).filter(Number.isFinite);
    const [least, most] = [Math.min(0, ...scores), Math.max(0, ...scores)];
    const rows = found.map(([member, score]) => [shown(member), text(score), bar(number(score), least, most)]);
    return table(['member', 'score', 'bar'], rows, number(length), 'members');
  },

  async stream(store, key) {
    const [length, found] = await ask(store, ['XLEN', key], ['XREVRANGE', key, '+', '-', 'COUNT', String(MOST_ITEMS)]);
    const rows = items(found).map((entry) => {
      const [id, values] = items(entry);
      return [
        text(id),
        el('dl', {}, ...pairs(values).flatMap(([name, value]) => [el('dt', {}, shown(name)), el('dd', {}, shown(value))])),
      ];
    });
    return table(['entry, latest first', 'fields'], rows, number(length), 'entries');
  },

  async vectorset(store, key) {
    const [vector, redis, names] = await store.pipeline([
      ['VECTOR.INFO', key],
      ['VINFO', key],
      ['VRANGE', key, '-', '+', '50'],
    ]);
    const info = vector?.kind === 'error' ? accepted(redis!) : vector!;
    const count = number(fields(info).get('vectors') ?? fields(info).get('size'));
    return el(
      'div',
      {},
      table(
        ['what', 'is'],
        [...fields(info)].map(([name, value]) => [name, plain(value)]),
        null,
        '',
      ),
      table(
        ['element'],
        items(names).map((name) => [shown(name)]),
        count,
        'elements',
      ),
    );
  },
};

async function ask(store: Store, ...commands: (string | Uint8Array)[][]): Promise<Reply[]> {
  return (await store.pipeline(commands)).map(accepted);
}

/** A string: JSON is laid out, text is text, and other bytes are escaped. */
function written(bytes: Uint8Array): HTMLElement {
  const decoded = decode(bytes);
  if (decoded === null) return el('pre', { className: 'value' }, quoted(bytes));
  const json = bytes.length <= MOST_JSON && /^\s*[[{]/.test(decoded) ? laidOut(decoded) : null;
  if (json !== null)
    return el('div', {}, el('p', { className: 'size' }, 'JSON, laid out'), el('pre', { className: 'value' }, json));
  return el('pre', { className: 'value' }, decoded);
}

function table(heads: string[], rows: (string | Node)[][], total: number | null, what: string): HTMLElement {
  return el(
    'div',
    {},
    total !== null && el('p', { className: 'size' }, `${total} ${what}`),
    el(
      'div',
      { className: 'scroll', tabIndex: 0, role: 'group', 'aria-label': what || 'About it' },
      el(
        'table',
        {},
        el('thead', {}, el('tr', {}, ...heads.map((head) => el('th', { scope: 'col' }, head)))),
        el('tbody', {}, ...rows.map((cells) => el('tr', {}, ...cells.map((cell) => el('td', {}, cell))))),
      ),
    ),
    total !== null && more(rows.length, total, what),
  );
}

const more = (shown: number, total: number, what: string): HTMLElement | null =>
  shown < total ? el('p', { className: 'size' }, `These are ${shown} of ${total} ${what}.`) : null;

/** A score as a bar from zero; infinite ones fill the whole. */
function bar(score: number, least: number, most: number): HTMLElement {
  const span = most - least || 1;
  const clamp = (value: number) => Math.min(Math.max(value, least), most);
  const [from, to] = [clamp(Math.min(score, 0)), clamp(Math.max(score, 0))];
  const inner = el('span', { className: 'bar' });
  inner.style.marginInlineStart = `${(100 * (from - least)) / span}%`;
  inner.style.inlineSize = `${(100 * (to - from)) / span}%`;
  return el('span', { className: 'bars', 'aria-hidden': 'true' }, inner);
}

/** One item, cut when it is long. */
function shown(reply: Reply): string {
  const all = reply.kind === 'string' ? named(reply.bytes.subarray(0, 2000)) : text(reply);
  return all.length > 1000 ? `${all.slice(0, 1000)}…` : all;
}

const plain = (reply: Reply): string => (reply.kind === 'array' || reply.kind === 'map' ? print(reply) : text(reply));
