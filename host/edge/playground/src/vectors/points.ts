import { accepted, items, number, pairs, text, type Word } from '../resp/reply.js';
import type { Store } from '../store/store.js';

/** The key of the demo. */
export const INDEX = 'demo:points';
/** The side of the plane. */
export const SIDE = 100;
/** So many points are drawn. */
const MOST_POINTS = 1000;

export interface Point {
  id: string;
  x: number;
  y: number;
}

export interface Hit {
  id: string;
  distance: number;
}

/** The points that are in the store. */
export async function points(store: Store): Promise<Point[]> {
  const type = text(await store.execute(['TYPE', INDEX]));
  if (type === 'none') return [];
  const names = items(accepted(await store.execute(['VRANGE', INDEX, '-', '+', String(MOST_POINTS)]))).map(text);
  if (names.length === 0) return [];
  const vectors = await store.pipeline(names.map((id) => ['VECTOR.GET', INDEX, id]));
  return names.map((id, at) => {
    const [x, y] = items(vectors[at]).map(number);
    return { id, x: x ?? 0, y: y ?? 0 };
  });
}

/** Makes the index where there is none. */
async function create(store: Store): Promise<void> {
  if (text(await store.execute(['TYPE', INDEX])) !== 'none') return;
  accepted(await store.execute(['VECTOR.CREATE', INDEX, 'DIM', '2', 'DISTANCE', 'l2']));
}

export async function add(store: Store, added: readonly Point[]): Promise<void> {
  await create(store);
  const commands = added.map(({ id, x, y }): Word[] => ['VECTOR.ADD', INDEX, id, 'VALUES', '2', String(x), String(y)]);
  for (const reply of await store.pipeline(commands)) accepted(reply);
}

/** The nearest points to a place, nearest first. Distances are squares, as the store has them. */
export async function search(store: Store, x: number, y: number, count: number): Promise<Hit[]> {
  const found = await store.execute(searchCommand(x, y, count));
  return pairs(accepted(found)).map(([id, distance]) => ({ id: text(id), distance: number(distance) }));
}

export const searchCommand = (x: number, y: number, count: number): string[] => [
  'VECTOR.SEARCH',
  INDEX,
  'K',
  String(count),
  'VALUES',
  '2',
  String(x),
  String(y),
  'WITHSCORES',
];

export async function drop(store: Store): Promise<void> {
  accepted(await store.execute(['DEL', INDEX]));
}

/** Points in a few clouds, as real vectors lie. */
export function scattered(count: number, from: number): Point[] {
  const within = (value: number) => Math.round(Math.min(Math.max(value, 1), SIDE - 1) * 100) / 100;
  const centers = Array.from({ length: 6 }, () => [15 + Math.random() * 70, 15 + Math.random() * 70] as const);
  return Array.from({ length: count }, (_, at) => {
    const [x, y] = centers[at % centers.length]!;
    return { id: `p${from + at}`, x: within(x + normal() * 7), y: within(y + normal() * 7) };
  });
}

/** A number near to zero: the sum of several dice. */
const normal = (): number => Math.random() + Math.random() + Math.random() + Math.random() - 2;
