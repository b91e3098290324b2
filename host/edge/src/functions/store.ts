import { instantiate } from './glue.js';
import type { Engine } from '../engine/engine.js';
import { FerriteError } from '../errors.js';

/** The interfaces of `ferrite:store` as jco gives them: values of JavaScript in and out, an error is thrown. */
export type Interfaces = Record<string, Record<string, (...args: any[]) => any>>;

/**
 * The typed interfaces of an engine that runs already. jco's glue lifts and lowers their values; it is shown the instance
 * that there is instead of making one.
 */
export function interfacesOf(engine: Engine): Interfaces {
  const module = (name: string) => name;
  const core = (name: string) => {
    if (name === 'store.core.wasm') return { exports: engine.exports };
    // The modules that tie imports together: nothing is imported here, as the instance has what it needs.
    return { exports: { $imports: undefined, 0: () => undefined } };
  };
  const environment = { nowUs: engine.clock.now, entropy: () => 0n };
  return instantiate(module, { 'ferrite:store/environment': environment }, core) as Interfaces;
}

/** Ends the innermost transaction. */
export function endTransaction(store: Interfaces, keeps: boolean): void {
  try {
    if (keeps) store['transactions']!['commit']!();
    else store['transactions']!['rollBack']!();
  } catch (error) {
    const limit = (error as { payload?: any }).payload ?? error;
    if (limit?.tag !== 'limit-exceeded') throw error;
    const { name, allowed, requested } = limit.val;
    throw new FerriteError(`ERR wasm: transaction limit ${name} of ${allowed} exceeded (asked for ${requested})`);
  }
}
