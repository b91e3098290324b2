import { FerriteError } from '../../errors.js';
import type { Exports } from '../bundle.js';
import type { Node } from '../nodes.js';
import { argumentsOf } from './arguments.js';
import { errorText, replyOf } from './reply.js';
import { camelCase, kindOf, type Result, signatureText, type Type, type TypedFunction, type TypedSet } from './types.js';

/** The typed function behind the last dot of a whole name, whose owner has this set. An error says why there is none. */
export function typedNamed({ functions, refused }: TypedSet, owner: string, name: string): TypedFunction {
  const behind = name.slice(owner.length + 1);
  const found = functions.find((typed) => typed.name === behind);
  if (found) return found;
  const reason = refused.find(([refused]) => refused === behind)?.[1];
  if (reason) throw new FerriteError(`ERR wasm: '${name}' cannot be called: ${reason}`);
  const names = functions.map((typed) => typed.name).join(', ') || 'none';
  throw new FerriteError(`ERR wasm: there is no function '${name}' ('${owner}' has typed functions: ${names})`);
}

/** Makes values of the words, calls, and makes a reply of the result. A returned error is thrown as text. */
export function callTyped(exports: Exports, typed: TypedFunction, words: readonly Uint8Array[]): Node[] {
  const values = argumentsOf(typed, words);
  const holder = holderOf(exports, typed.interface);
  let value;
  try {
    value = holder[camelCase(typed.function)]!(...values);
  } catch (error) {
    if (!isReturned(typed.result, error)) throw error;
    // As other functions do: their errors are text.
    throw errorText((typed.result as Result).err, payloadOf(error));
  }
  return [replyOf(typed.result, value)];
}

/** Each function as WIT writes it, then those that cannot be called, with the reason. */
export function signatures({ functions, refused }: TypedSet): string[] {
  const callable = functions.map((typed) => `${typed.name}: ${signatureText(typed)}`);
  return [...callable, ...refused.map(([name, reason]) => `${name}: cannot be called: ${reason}`)];
}

/** What has a function in it. jco's glue names an interface without a package as it names a function. */
function holderOf(exports: Exports, name: string | undefined): Record<string, (...values: unknown[]) => unknown> {
  const holder = name === undefined ? exports : (exports[name] ?? exports[camelCase(name)]);
  return holder as Record<string, (...values: unknown[]) => unknown>;
}

/** Whether jco's glue threw what the function returned as its error: what is no Error, or an Error around it. */
function isReturned(type: Type | undefined, error: unknown): boolean {
  if (type === undefined || kindOf(type) !== 'result') return false;
  return !(error instanceof Error) || 'payload' in error;
}

/** What a component returned as its error, as far as this is one. */
export const payloadOf = (error: unknown): unknown => {
  return error instanceof Error && 'payload' in error ? error.payload : error;
};
