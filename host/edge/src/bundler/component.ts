import { Reader } from './reader.js';
import { readShape, type Shape } from './shapes.js';

/** What a component has, by what the binary format calls sorts. */
export type Item =
  | { sort: 'func'; func: Func }
  | { sort: 'type'; type: Defined }
  | { sort: 'instance'; exports: Exports }
  | { sort: 'component'; instantiate: (given: Exports) => Exports }
  | { sort: 'other' };
export type Exports = Map<string, Item>;

export interface Func {
  isAsync: boolean;
  params: [name: string, shape: Shape][];
  result?: Shape;
}

/** What a type index stands for. */
type Defined = { shape: Shape } | { func: Func } | { item: Item };

/** Steps of reading one component: a few bytes can instantiate a million parts. */
const MOST_STEPS = 1_000_000;
const MOST_DEPTH = 64;

/**
 * What a component exports, with its types:
 * https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md
 */
export function exportsOf(component: Uint8Array): Exports {
  return new Scope({ steps: 0, depth: 0 }).component(component.subarray(8), new Map());
}

const SORTS = ['other', 'func', 'other', 'type', 'component', 'instance'] as const;
type Sort = (typeof SORTS)[number];

/** The index spaces of one component, or of the type of one. */
class Scope {
  readonly #spaces: Record<Sort, Item[]> = { func: [], type: [], component: [], instance: [], other: [] };
  readonly #exports: Exports = new Map();

  constructor(
    readonly work: { steps: number; depth: number },
    readonly outer?: Scope,
  ) {}

  /** Reads all sections of a component that is given its imports. Core modules have no types here. */
  component(sections: Uint8Array, given: Exports): Exports {
    const reader = new Reader(sections);
    while (!reader.isAtEnd) {
      const id = reader.byte();
      const body = new Reader(reader.take(reader.number()));
      if (id === 4) this.#nested(body.bytes);
      if (id === 5) body.all(() => this.#add(this.#instance(body)));
      if (id === 6) body.all(() => this.#alias(body));
      if (id === 7) body.all(() => this.#add({ sort: 'type', type: this.#type(body) }));
      if (id === 8) body.all(() => this.#canon(body));
      if (id === 10) body.all(() => this.#import(body, given));
      if (id === 11) body.all(() => this.#export(body));
    }
    return this.#exports;
  }

  #nested(bytes: Uint8Array): void {
    const instantiate = (given: Exports) => this.#inner((scope) => scope.component(bytes.subarray(8), given));
    this.#add({ sort: 'component', instantiate });
  }

  #inner<T>(read: (scope: Scope) => T): T {
    if (++this.work.depth > MOST_DEPTH) throw new Error('it is nested too deep');
    const result = read(new Scope(this.work, this));
    this.work.depth--;
    return result;
  }

  #add(item: Item): void {
    if (++this.work.steps > MOST_STEPS) throw new Error('it has too many parts');
    this.#spaces[item.sort].push(item);
  }

  #at(sort: Sort, index: number): Item {
    if (sort === 'other') return { sort: 'other' };
    const item = this.#spaces[sort][index];
    if (!item) throw new Error(`it has no ${sort} ${index}`);
    return item;
  }

  #sort(reader: Reader): Sort {
    const byte = reader.byte();
    // What belongs to a core module says which.
    if (byte === 0) reader.byte();
    return SORTS[byte] ?? 'other';
  }

  #instance(reader: Reader): Item {
    const isInline = reader.byte() === 1;
    const component = isInline ? undefined : this.#at('component', reader.number());
    const given: Exports = new Map(
      reader.all(() => [isInline ? name(reader) : reader.text(), this.#at(this.#sort(reader), reader.number())]),
    );
    return { sort: 'instance', exports: component?.sort === 'component' ? component.instantiate(given) : given };
  }

  #alias(reader: Reader): void {
    const sort = this.#sort(reader);
    const target = reader.byte();
    const index = reader.number();
    if (target === 2) {
      let scope: Scope = this;
      for (let up = index; up > 0; up--) {
        if (!scope.outer) throw new Error('it looks outside of itself');
        scope = scope.outer;
      }
      const item = scope.#at(sort, reader.number());
      if (item.sort !== 'other') this.#add(item);
      return;
    }
    const alias = reader.text();
    if (sort === 'other') return;
    const instance = this.#at('instance', index);
    const item = instance.sort === 'instance' ? instance.exports.get(alias) : undefined;
    if (item?.sort !== sort) throw new Error(`it has no ${sort} '${alias}'`);
    this.#add(item);
  }

  #canon(reader: Reader): void {
    const kind = reader.byte();
    // Lifting makes a function, with options and a type; all else belongs to core modules.
    if (kind <= 1) {
      reader.byte();
      reader.number();
      reader.all(() => [3, 4, 5, 7, 8].includes(reader.byte()) && reader.number());
      if (kind === 0) this.#add(this.#described('func', reader.number()));
    } else if ([2, 3, 4, 7].includes(kind)) reader.number();
    else throw new Error(`it has a canonical function of an unknown kind, ${kind}`);
  }

  #import(reader: Reader, given: Exports): void {
    const item = given.get(name(reader));
    const described = this.#description(reader);
    if (described.sort !== 'other') this.#add(item ?? described);
  }

  #export(reader: Reader): void {
    const exported = name(reader);
    const item = this.#at(this.#sort(reader), reader.number());
    const shown = reader.maybe(() => this.#description(reader)) ?? item;
    this.#exports.set(exported, shown);
    if (shown.sort !== 'other') this.#add(shown);
  }

  /** The type of an import or an export. */
  #description(reader: Reader): Item {
    const byte = reader.byte();
    if (byte === 0) reader.byte();
    if (byte === 3) {
      if (reader.byte() === 0) return this.#at('type', reader.number());
      return { sort: 'type', type: { shape: { kind: 'handle' } } };
    }
    if (byte === 2) throw new Error('it imports or exports a value');
    return this.#described(SORTS[byte] ?? 'other', reader.number());
  }

  #described(sort: Sort, index: number): Item {
    if (sort === 'other') return { sort };
    const item = this.#at('type', index);
    const type = item.sort === 'type' ? item.type : undefined;
    if (type && sort === 'func' && 'func' in type) return { sort, func: type.func };
    if (type && 'item' in type && type.item.sort === sort) return type.item;
    throw new Error(`its type ${index} is none of a ${sort}`);
  }

  #type(reader: Reader): Defined {
    switch (reader.peek()) {
      case 0x40:
      case 0x43:
        return { func: this.#func(reader) };
      case 0x41:
      case 0x42: {
        const isComponent = reader.byte() === 0x41;
        const exports = this.#inner((scope) => scope.#declarations(reader));
        return { item: isComponent ? { sort: 'component', instantiate: () => exports } : { sort: 'instance', exports } };
      }
      case 0x3f:
        reader.take(2);
        reader.maybe(() => reader.number());
        return { shape: { kind: 'handle' } };
    }
    return { shape: readShape(reader, (index) => this.#shape(index)) };
  }

  #shape(index: number): Shape {
    const item = this.#at('type', index);
    if (item.sort !== 'type' || !('shape' in item.type)) throw new Error(`its type ${index} is none of a value`);
    return item.type.shape;
  }

  #func(reader: Reader): Func {
    const isAsync = reader.byte() === 0x43;
    const shape = () => readShape(reader, (index) => this.#shape(index), true);
    const params = reader.all((): [string, Shape] => [reader.text(), shape()]);
    if (reader.byte() === 0) return { isAsync, params, result: shape() };
    // It has no result.
    reader.byte();
    return { isAsync, params };
  }

  /** What stands in the type of an instance or a component. */
  #declarations(reader: Reader): Exports {
    reader.all(() => {
      const kind = reader.byte();
      if (kind === 1) return this.#add({ sort: 'type', type: this.#type(reader) });
      if (kind === 2) return this.#alias(reader);
      if (kind === 3) return this.#import(reader, new Map());
      if (kind !== 4) throw new Error(`it has a declaration of an unknown kind, ${kind}`);
      const exported = name(reader);
      const item = this.#description(reader);
      this.#exports.set(exported, item);
      if (item.sort !== 'other') this.#add(item);
    });
    return this.#exports;
  }
}

/** The name of an import or an export. */
function name(reader: Reader): string {
  const kind = reader.byte();
  if (kind > 1) throw new Error(`it has a name of an unknown kind, ${kind}`);
  return reader.text();
}
