import { text } from '../resp/reply.js';
import type { Store } from '../store/store.js';
import { list } from '../keys/listing.js';

/** What keys held, by their names: the bytes of DUMP, and whether all keys were looked at. */
export interface Picture {
  values: Map<string, string>;
  isWhole: boolean;
}

/** Takes a picture of as many keys as the key browser shows. */
export async function picture(store: Store): Promise<Picture> {
  const { keys, hasMore } = await list(store, '*');
  const dumps = keys.length === 0 ? [] : await store.pipeline(keys.map(({ bytes }) => ['DUMP', bytes]));
  const values = new Map(
    keys.map(({ name, type, expires }, at) => {
      const dump = dumps[at];
      const content = dump?.kind === 'string' ? dump.bytes.join() : text(dump);
      return [name, `${type} ${expires !== null} ${content}`];
    }),
  );
  return { values, isWhole: !hasMore };
}

/** The keys that came, changed or went between two pictures. */
export function changes(before: Picture, after: Picture): string[] {
  const told: string[] = [];
  for (const [name, value] of after.values) {
    const old = before.values.get(name);
    if (old === undefined) told.push(`${name}: new`);
    else if (old !== value) told.push(`${name}: changed`);
  }
  for (const name of before.values.keys()) if (!after.values.has(name)) told.push(`${name}: gone`);
  return told;
}
