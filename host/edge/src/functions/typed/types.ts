/** WIT's types that words of a command can become, as the bundler writes them into a bundle. */
export type Type =
  | Primitive
  | { kind: 'list' | 'option'; of: Type }
  | { kind: 'tuple'; of: Type[] }
  | { kind: 'record'; fields: [name: string, type: Type][] }
  | { kind: 'variant'; cases: [name: string, type?: Type][] }
  | Names
  | Result;

export interface Names {
  kind: 'enum' | 'flags';
  names: string[];
}
export interface Result {
  kind: 'result';
  ok?: Type;
  err?: Type;
}

export type Primitive = Integer | 'bool' | 'f32' | 'f64' | 'char' | 'string';
export type Integer = 's8' | 'u8' | 's16' | 'u16' | 's32' | 'u32' | 's64' | 'u64';

/** A function that a component exports, called by `name.function`. */
export interface TypedFunction {
  /** What stands behind the dot: its name in WIT, or `interface/name` where several interfaces have such a one. */
  name: string;
  /** The exported interface that it stands in, if it is in one. */
  interface?: string;
  /** Its name in WIT. */
  function: string;
  params: [name: string, type: Type][];
  result?: Type;
}

/** What a component exports beside the worlds of `ferrite:udf`. */
export interface TypedSet {
  functions: TypedFunction[];
  /** Names of those that cannot be called, and why. */
  refused: [name: string, reason: string][];
}

export const kindOf = (type: Type): string => (typeof type === 'string' ? type : type.kind);

/** Whether a word of this type is WAVE text. */
export const isCompound = (type: Type): boolean => typeof type !== 'string' && !isBytes(type);

/** Whether it is `list<u8>`: bytes as they come. */
export const isBytes = (type: Type): boolean => typeof type !== 'string' && type.kind === 'list' && type.of === 'u8';

/** The types that a type is made of. A case of a variant without a type counts as any. */
export function innerTypes(type: Type): Type[] {
  if (typeof type === 'string') return [];
  switch (type.kind) {
    case 'list':
    case 'option':
      return [type.of];
    case 'tuple':
      return type.of;
    case 'record':
      return type.fields.map(([, of]) => of);
    case 'variant':
      return type.cases.map(([, of]) => of ?? 'bool');
    case 'result':
      return [type.ok, type.err].filter((of) => of !== undefined);
    case 'enum':
    case 'flags':
      return [];
  }
}

/** Of how many types and names it is made. */
export function partsOf(type: Type): number {
  const names = typeof type !== 'string' && 'names' in type ? type.names.length : 0;
  return innerTypes(type).reduce((sum, inner) => sum + partsOf(inner), 1 + names);
}

/** The type as WIT writes it. Types have no names here: a record is shown as what it is made of. */
export function typeText(type: Type): string {
  if (typeof type === 'string') return type;
  switch (type.kind) {
    case 'list':
    case 'option':
      return `${type.kind}<${typeText(type.of)}>`;
    case 'tuple':
      return `tuple<${type.of.map(typeText).join(', ')}>`;
    case 'record':
      return `record { ${type.fields.map(([name, of]) => `${name}: ${typeText(of)}`).join(', ')} }`;
    case 'variant':
      return `variant { ${type.cases.map(([name, of]) => (of ? `${name}(${typeText(of)})` : name)).join(', ')} }`;
    case 'enum':
    case 'flags':
      return `${type.kind} { ${type.names.join(', ')} }`;
    case 'result':
      if (!type.ok && !type.err) return 'result';
      return `result<${[type.ok ? typeText(type.ok) : '_', ...(type.err ? [typeText(type.err)] : [])].join(', ')}>`;
  }
}

/** As WIT writes it: `func(width: u32) -> u64`. */
export function signatureText({ params, result }: Pick<TypedFunction, 'params' | 'result'>): string {
  const list = params.map(([name, type]) => `${name}: ${typeText(type)}`).join(', ');
  return `func(${list})${result ? ` -> ${typeText(result)}` : ''}`;
}

/** How jco's glue names in JavaScript what has this name in WIT: `set-price` is `setPrice`. */
export function camelCase(name: string): string {
  return name.toLowerCase().replace(/-([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}

/**
 * Whether jco's glue has an option as `undefined` or the value; one around such a one is `{ tag: 'none' }` or
 * `{ tag: 'some', val }`.
 */
export function isNullable(type: Type): boolean {
  return typeof type !== 'string' && type.kind === 'option' && !isNullable(type.of);
}
