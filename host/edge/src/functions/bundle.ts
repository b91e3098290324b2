import type { WasmSource } from '../engine/module.js';
import type { Node } from './nodes.js';
import type { TypedSet } from './typed/types.js';

/** What a function component exports, by its world in `ferrite:udf`. */
export interface Exports {
  call?(keys: Uint8Array[], args: Uint8Array[]): Node[];
  callWithValues?(keys: Uint8Array[], values: Value[], args: Uint8Array[]): Node[];
  describe?(): Description[];
  execute?(argv: Uint8Array[]): Node[];
  /** Typed functions, and the interfaces that have some. */
  [name: string]: unknown;
}

/** `values.value` */
export type Value = { tag: 'absent' } | { tag: 'string'; val: Uint8Array } | { tag: 'other' };

/** `descriptions.description` */
export interface Description {
  name: string;
  arity: number;
  attributes: { readonly?: boolean; write?: boolean; noMulti?: boolean; noscript?: boolean };
  keys:
    | { tag: 'none' | 'keyword' }
    | { tag: 'range'; val: { first: number; last: number; step: number } }
    | { tag: 'counted'; val: number };
  summary: string;
}

/** A component that `npx ferrite-wasm bundle` prepared. */
export interface FunctionBundle {
  /** What WASM.CALL names it. */
  readonly name: string;
  /** Of the component's bytes, in hexadecimal: the same as WASM.INFO's digest on a server. */
  readonly sha256: string;
  /** What it may do: READ alone, or WRITE too. */
  readonly permissions: 'READ' | 'WRITE';
  /** Every other function that it exports, for calls by `name.function`. */
  readonly typed?: TypedSet;
  /** What brings its core modules, by the names that `instantiate` asks for. */
  readonly modules: Readonly<Record<string, () => WasmSource | Promise<WasmSource>>>;
  /** What jco made of the component. */
  instantiate(module: (name: string) => WebAssembly.Module, imports: object): Exports;
}
