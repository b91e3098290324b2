import type { Transform } from '../client/call.js';

/** A member of a sorted set, or what was found, with its score. */
export interface Scored<T> {
  value: T;
  score: number;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A string of a reply as text, also where strings are bytes. */
export function text(reply: unknown): string {
  return reply instanceof Uint8Array ? decoder.decode(reply) : String(reply);
}

/** A number that is sent as text; null stays null. */
export const number: Transform = (reply) => (reply === null || typeof reply === 'number' ? reply : Number(text(reply)));

/** A transform that leaves null as it is. */
export function unlessNull(transform: Transform): Transform {
  return (reply, args) => (reply === null ? null : transform(reply, args));
}

/** A transform for each item of a list. */
export function each(transform: Transform): Transform {
  return (reply: unknown[], args) => reply.map((item) => transform(item, args));
}

/** Names and values in turn as an object without a prototype. */
export function fields(list: unknown[]): Record<string, unknown> {
  const object = Object.create(null);
  for (let at = 0; at + 1 < list.length; at += 2) object[text(list[at])] = list[at + 1];
  return object;
}

/** A pair of value and score. */
export const scored: Transform = ([value, score]) => ({ value, score });

/** A list of pairs of value and score; a list without scores stays as it is. */
export const scoredList: Transform = (reply) =>
  Array.isArray(reply) && Array.isArray(reply[0]) ? reply.map((pair) => scored(pair, [])) : reply;
