import { innerTypes, signatureText, type Type, type TypedFunction, type TypedSet } from '../functions/typed/types.js';
import type { Exports, Func } from './component.js';
import type { Shape } from './shapes.js';

/** The server's limits: docs/limits.md. */
const MOST_FUNCTIONS = 256;
const MOST_TYPES = 1000;
const MOST_DEPTH = 32;
const MOST_BYTES = 8192;

/** An exported function, and the interface it stands in. */
interface Found {
  interface?: string;
  name: string;
  func: Func;
}

/** Why a function cannot be called by words. */
class Refusal extends Error {}

/** The typed functions among a component's exports: all beside the worlds of `ferrite:udf`. */
export function typedFunctions(exports: Exports): TypedSet {
  const found = functionsOf(exports);
  if (found.length > MOST_FUNCTIONS) throw new Error(`it exports more than ${MOST_FUNCTIONS} functions`);
  const set: TypedSet = { functions: [], refused: [] };
  for (const one of found) {
    const isOnly = found.every((other) => other === one || other.name !== one.name);
    const long = longName(one);
    try {
      if (one.name.startsWith('[')) throw new Refusal('it belongs to a resource, which ends with its instance');
      if (!isOnly && found.some((other) => other !== one && longName(other) === long)) {
        throw new Refusal('several interfaces of one name have such a function');
      }
      set.functions.push(typedFunction(one, isOnly ? one.name : long));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      set.refused.push([isOnly ? one.name : long, error.message]);
    }
  }
  return set;
}

/** Whether it has a function of this name. */
export const hasFunction = (exports: Exports, name: string): boolean => exports.get(name)?.sort === 'func';

function functionsOf(exports: Exports): Found[] {
  const taken = ['call', 'call-with-values'];
  if (hasFunction(exports, 'call')) taken.push('call-packed');
  if (hasFunction(exports, 'describe') && hasFunction(exports, 'execute')) taken.push('describe', 'execute');
  return [...exports].flatMap(([name, item]): Found[] => {
    if (item.sort === 'func') return taken.includes(name) ? [] : [{ name, func: item.func }];
    if (item.sort !== 'instance') return [];
    return [...item.exports].flatMap(([inner, item]) => {
      return item.sort === 'func' ? [{ interface: name, name: inner, func: item.func }] : [];
    });
  });
}

/** `interface/name`, without the package and the version of the interface. */
function longName(found: Found): string {
  if (found.interface === undefined) return found.name;
  return `${found.interface.replace(/@.*$/, '').replace(/^.*\//, '')}/${found.name}`;
}

function typedFunction({ interface: holder, name: inner, func }: Found, name: string): TypedFunction {
  if (func.isAsync) throw new Refusal('it is async, and calls run to their end');
  const left = { types: MOST_TYPES };
  for (const [param, shape] of func.params) check(shape, `its parameter \`${param}\``, MOST_DEPTH, left);
  if (func.result !== undefined) check(func.result, 'its result', MOST_DEPTH, left);
  const typed: TypedFunction = {
    name,
    ...(holder !== undefined && { interface: holder }),
    function: inner,
    params: func.params as [string, Type][],
    ...(func.result !== undefined && { result: func.result as Type }),
  };
  if (signatureText(typed).length > MOST_BYTES) throw new Refusal(`its type takes more than ${MOST_BYTES} bytes to write`);
  return typed;
}

/** Whether every value of a type has text. A component can write a type of a million parts in a few bytes. */
function check(shape: Shape, whose: string, depth: number, left: { types: number }): asserts shape is Type {
  const kind = typeof shape === 'string' ? shape : shape.kind;
  left.types -= 1 + (typeof shape !== 'string' && 'names' in shape ? shape.names.length : 0);
  if (left.types < 0) throw new Refusal(`${whose} has a type of too many parts`);
  if (depth === 0) throw new Refusal(`${whose} has a type that is nested too deep`);
  if (kind === 'handle') throw new Refusal(`${whose} has a resource, which ends with its instance`);
  if (kind === 'later') throw new Refusal(`${whose} has a future or a stream, and calls run to their end`);
  if (kind === 'unwritten') throw new Refusal(`${whose} has a type that WAVE has no text for`);
  for (const inner of innerTypes(shape as Type)) check(inner, whose, depth - 1, left);
}
