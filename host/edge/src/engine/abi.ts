import type { Core } from './core.js';

/** What a core function is given for a value. */
export type Flat = number | bigint;
type FlatKind = 'i32' | 'i64' | 'f32' | 'f64';

/**
 * A type of WIT: how its values lie in a component's memory, and how they are passed to a core function
 * (https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md).
 */
export interface Type<T> {
  /** Bytes in memory. */
  readonly size: number;
  readonly align: number;
  readonly flat: readonly FlatKind[];
  /** The value at an address. */
  load(core: Core, at: number): T;
  /** Puts a value at an address, its parts into allocations that the component will own. */
  store(core: Core, at: number, value: T): void;
  /** A value as arguments, one for each of `flat`. */
  lower(core: Core, value: T): Flat[];
}

/** The values of a type. */
export type Of<Described> = Described extends Type<infer T> ? T : never;

const aligned = (at: number, align: number): number => Math.ceil(at / align) * align;

type Scalar = 'Uint16' | 'Uint32' | 'Float32' | 'Float64' | 'BigUint64' | 'BigInt64';

/** A number, by the name that `DataView` has for it. */
function number<T extends Flat>(name: Scalar, size: number, flat: FlatKind): Type<T> {
  return {
    size,
    align: size,
    flat: [flat],
    load: (core, at) => core.view[`get${name}`](at, true) as T,
    store: (core, at, value) => core.view[`set${name}`](at, value as never, true),
    lower: (_, value) => [value],
  };
}

export const u16 = number<number>('Uint16', 2, 'i32');
export const u32 = number<number>('Uint32', 4, 'i32');
export const f32 = number<number>('Float32', 4, 'f32');
export const f64 = number<number>('Float64', 8, 'f64');
export const u64 = number<bigint>('BigUint64', 8, 'i64');
export const s64 = number<bigint>('BigInt64', 8, 'i64');

export const bool: Type<boolean> = {
  size: 1,
  align: 1,
  flat: ['i32'],
  load: (core, at) => core.view.getUint8(at) !== 0,
  store: (core, at, value) => core.view.setUint8(at, Number(value)),
  lower: (_, value) => [Number(value)],
};

/** What lies elsewhere: an address and a length are where the value would be. */
function elsewhere<T>(
  read: (core: Core, first: number, length: number) => T,
  give: (core: Core, value: T) => [number, number],
): Type<T> {
  return {
    size: 8,
    align: 4,
    flat: ['i32', 'i32'],
    load: (core, at) => read(core, core.u32(at), core.u32(at + 4)),
    store: (core, at, value) => {
      // Giving it may move the memory.
      const [first, length] = give(core, value);
      core.view.setUint32(at, first, true);
      core.view.setUint32(at + 4, length, true);
    },
    lower: give,
  };
}

const decoder = new TextDecoder();
const give = (core: Core, bytes: Uint8Array): [number, number] => [core.give(bytes), bytes.length];

export const string = elsewhere<string>(
  (core, first, length) => decoder.decode(core.bytes.subarray(first, first + length)),
  (core, text) => core.giveText(text),
);
/** A `list<u8>`; what is loaded is a copy. */
export const bytes = elsewhere<Uint8Array>((core, first, length) => core.bytes.slice(first, first + length), give);
/** A `list<u8>` where it lies: good until its component is called, or given something. */
export const view = elsewhere<Uint8Array>((core, first, length) => core.bytes.subarray(first, first + length), give);

export function list<T>(element: Type<T>): Type<T[]> {
  return elsewhere<T[]>(
    (core, first, length) => Array.from({ length }, (_, index) => element.load(core, first + element.size * index)),
    (core, values) => {
      const first = core.allocate(element.size * values.length, element.align);
      values.forEach((value, index) => element.store(core, first + element.size * index, value));
      return [first, values.length];
    },
  );
}

/** Fields by their names, in their order. */
export function record<T extends object>(fields: { readonly [Name in keyof T]: Type<T[Name]> }): Type<T> {
  let size = 0;
  let align = 1;
  const places = (Object.entries(fields) as [keyof T, Type<any>][]).map(([name, type]) => {
    const at = aligned(size, type.align);
    size = at + type.size;
    align = Math.max(align, type.align);
    return { name, type, at };
  });
  return {
    size: aligned(size, align),
    align,
    get flat() {
      return places.flatMap(({ type }) => type.flat);
    },
    load: (core, start) => {
      const value = {} as T;
      for (const { name, type, at } of places) value[name] = type.load(core, start + at);
      return value;
    },
    store: (core, start, value) => {
      for (const { name, type, at } of places) type.store(core, start + at, value[name]);
    },
    lower: (core, value) => places.flatMap(({ name, type }) => type.lower(core, value[name])),
  };
}

export function tuple<T extends readonly unknown[]>(...types: { readonly [Index in keyof T]: Type<T[Index]> }): Type<T> {
  // A list has its indices for names, in their order.
  const fields = record<any>({ ...types } as object as Record<string, Type<any>>);
  return Object.assign(Object.create(fields), { load: (core: Core, at: number) => Object.values(fields.load(core, at)) });
}

type Cases = { readonly [name: string]: Type<any> | undefined };
/** One of several cases: its name, and what it holds if it holds something. */
export type Variant<Named extends Cases> = {
  [Name in keyof Named]: Named[Name] extends Type<infer T> ? { tag: Name; val: T } : { tag: Name; val?: undefined };
}[keyof Named];

/** Cases by their names, in their order; `undefined` holds nothing. Of all types here none has more than 256. */
export function variant<const Named extends Cases>(named: Named): Type<Variant<Named>> {
  const names = Object.keys(named);
  const types = Object.values(named);
  const align = Math.max(1, ...types.map((type) => type?.align ?? 1));
  const payload = aligned(1, align);
  const size = aligned(payload + Math.max(0, ...types.map((type) => type?.size ?? 0)), align);
  let joined: FlatKind[] | undefined;
  // Only where it is passed: not every type can be, see `join`.
  const flat = (): FlatKind[] => {
    if (joined) return joined;
    joined = [];
    for (const type of types) {
      for (const [index, kind] of (type?.flat ?? []).entries()) joined[index] = join(joined[index] ?? kind, kind);
    }
    return joined;
  };
  const caseOf = (value: { tag: PropertyKey }): number => {
    const index = names.indexOf(value.tag as string);
    if (index < 0) throw new TypeError(`there is no case ${String(value.tag)}, only ${names.join(', ')}`);
    return index;
  };
  return {
    size,
    align,
    get flat() {
      return ['i32', ...flat()] as const;
    },
    load: (core, at) => {
      const index = core.view.getUint8(at);
      return { tag: names[index], val: types[index]?.load(core, at + payload) } as Variant<Named>;
    },
    store: (core, at, value) => {
      const index = caseOf(value);
      core.view.setUint8(at, index);
      types[index]?.store(core, at + payload, value.val);
    },
    lower: (core, value) => {
      const index = caseOf(value);
      const type = types[index];
      const given = type?.lower(core, value.val) ?? [];
      return [index, ...flat().map((kind, place) => widened(given[place] ?? 0, kind))];
    },
  };
}

/** Names without contents. */
export function enumeration<const Name extends string>(...names: Name[]): Type<Name> {
  const cases = variant(Object.fromEntries(names.map((name) => [name, undefined])));
  return {
    ...cases,
    load: (core, at) => cases.load(core, at).tag as Name,
    store: (core, at, name) => cases.store(core, at, { tag: name }),
    lower: (core, name) => cases.lower(core, { tag: name }),
  };
}

export const result = <T, E>(ok: Type<T> | undefined, err: Type<E>) =>
  variant({ ok, err }) as unknown as Type<{ tag: 'ok'; val: T } | { tag: 'err'; val: E }>;

/** What holds either of two. */
const join = (a: FlatKind, b: FlatKind): FlatKind => {
  if (a === b) return a;
  // Where a float would share its place with something else, its bits are passed as a number: nothing here does that.
  if (a.startsWith('f') || b.startsWith('f')) throw new TypeError('floats share no place with other cases here');
  return 'i64';
};

const widened = (value: Flat, kind: FlatKind): Flat => {
  if (kind === 'i64') return typeof value === 'bigint' ? value : BigInt(value);
  return value;
};
