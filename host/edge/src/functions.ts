import type { Engine } from './engine/engine.js';
import type { FunctionBundle } from './functions/bundle.js';
import { Functions } from './functions/functions.js';

export type { FunctionBundle } from './functions/bundle.js';

/** User-defined functions for a store: `new Ferrite({ functions })`. */
export interface FunctionSet {
  readonly names: readonly string[];
  /** Brings them into an engine; the store calls it when it loads. */
  attach(engine: Engine): Promise<void>;
}

/** Functions that `npx ferrite-wasm bundle` prepared. Each store has instances of its own. */
export function defineFunctions(bundles: readonly FunctionBundle[]): FunctionSet {
  return { names: bundles.map(({ name }) => name), attach: (engine) => Functions.attach(engine, bundles) };
}
