import type { Engine } from '../engine/engine.js';
import { compiled } from '../engine/module.js';
import type { HostCall, KeyPositions } from '../engine/wire.js';
import { FerriteError } from '../errors.js';
import type { Description, Exports, FunctionBundle } from './bundle.js';
import { byCount, byKeyword, readCommands, ROWS, textOf, upper } from './commands.js';
import { concat, encodeError, encodeNodes, type Node, oneLine } from './nodes.js';
import { endTransaction, type Interfaces, interfacesOf } from './store.js';
import { callTyped, payloadOf, signatures, typedNamed } from './typed/typed.js';
import type { TypedFunction, TypedSet } from './typed/types.js';

/** So deep may functions call functions, as on a server. */
const MOST_DEPTH = 8;
/** Bytes of an error that a function returns, and of a line of the log, that are shown. */
const MOST_ERROR = 8192;
const MOST_LINE = 1024;

/** A function in one store. */
interface Loaded {
  bundle: FunctionBundle;
  modules: Map<string, WebAssembly.Module>;
  /** What its name alone calls, as WIT writes it. */
  plain?: string;
  typed: TypedSet;
  /** Instances that wait for the next call. */
  idle: Exports[];
  calls: number;
  errors: number;
}

/** What a function said before it trapped. */
class Panic extends Error {}

/** The functions of one store: `WASM.CALL` and what belongs to it, with the rules of the server. */
export class Functions {
  readonly #engine: Engine;
  readonly #store: Interfaces;
  readonly #functions = new Map<string, Loaded>();
  /** Commands that functions added, and who executes them. */
  readonly #added = new Map<string, { function: Loaded; description: Description }>();
  #depth = 0;
  #isReadOnly = false;

  private constructor(engine: Engine) {
    this.#engine = engine;
    this.#store = interfacesOf(engine);
  }

  /** Compiles the functions and tells the engine of their commands. */
  static async attach(engine: Engine, bundles: readonly FunctionBundle[]): Promise<void> {
    const functions = new Functions(engine);
    for (const bundle of bundles) {
      const named = Object.entries(bundle.modules).map(async ([name, source]) => [name, await compiled(await source())] as const);
      const modules = new Map(await Promise.all(named));
      const typed = bundle.typed ?? { functions: [], refused: [] };
      const loaded: Loaded = { bundle, modules, typed, idle: [], calls: 0, errors: 0 };
      functions.#functions.set(bundle.name, loaded);
      functions.#describe(loaded);
    }
    engine.wire.learnCommands(ROWS);
    engine.wire.learnCommands([...functions.#added.values()].map(({ description }) => rowOf(description)));
    engine.execute = (call) => functions.#execute(call);
  }

  #describe(loaded: Loaded): void {
    const instance = this.#instance(loaded);
    // One of the two alone is a typed function.
    for (const description of (instance.execute && instance.describe?.()) ?? []) {
      const name = description.name.toUpperCase();
      if (this.#added.has(name)) throw new FerriteError(`LOAD two functions add the command ${name}`);
      this.#added.set(name, { function: loaded, description });
    }
    const plain = (['callWithValues', 'call'] as const).find((name) => instance[name]);
    if (plain) loaded.plain = SIGNATURES[plain];
    loaded.idle.push(instance);
  }

  #execute(call: HostCall): Uint8Array {
    const run = (argv: Uint8Array[]): Uint8Array => {
      try {
        this.#store['transactions']!['select']!(call.database);
        return encodeNodes(this.#command(argv), call.protocolVersion);
      } catch (error) {
        return encodeError(lineOf(error));
      }
    };
    return concat(readCommands(call.commands).map(run));
  }

  /** The reply of one command of ours. */
  #command(argv: Uint8Array[]): Node[] {
    const name = upper(argv[0]);
    switch (name) {
      case 'WASM.CALL':
      case 'WASM.CALL_RO':
        return this.#call(argv, byKeyword, name.endsWith('_RO'), (name) => `ERR wasm: there is no function '${name}'`);
      case 'FCALL':
      case 'FCALL_RO':
        return this.#call(argv, byCount, name.endsWith('_RO'), () => 'ERR Function not found');
      case 'WASM.LIST':
        return array([...this.#functions.keys()].sort().map(bytes));
      case 'WASM.INFO':
        return this.#info(textOf(argv[1]));
    }
    const added = this.#added.get(name);
    if (!added) throw new FerriteError(`ERR unknown command '${textOf(argv[0])}'`);
    const isReadOnly = !added.description.attributes.write;
    return this.#run(added.function, isReadOnly, (instance) => instance.execute!(argv));
  }

  #call(argv: Uint8Array[], parse: typeof byKeyword, isReadOnly: boolean, unknown: (name: string) => string): Node[] {
    const { loaded, typed } = this.#target(textOf(argv[1]), unknown);
    const { keys, args } = parse(argv);
    return this.#run(loaded, isReadOnly, (instance) => {
      // Keys say only what the call declares.
      if (typed) return callTyped(instance, typed, args);
      return instance.callWithValues?.(keys, this.#values(keys), args) ?? instance.call!(keys, args);
    });
  }

  /** What a name leads to: the function that has all of it, or else what is behind its last dot in the one before. */
  #target(name: string, unknown: (name: string) => string): { loaded: Loaded; typed?: TypedFunction } {
    const whole = this.#functions.get(name);
    if (whole?.plain) return { loaded: whole };
    if (whole) {
      const ways = whole.typed.functions.map((typed) => `${name}.${typed.name}`);
      if ([...this.#added.values()].some((added) => added.function === whole)) ways.push('its commands');
      throw new FerriteError(`ERR wasm: '${name}' has no \`call\`; it is called by ${ways.join(', ')}`);
    }
    const owner = name.slice(0, Math.max(name.lastIndexOf('.'), 0));
    const loaded = this.#functions.get(owner);
    if (!loaded) throw new FerriteError(unknown(name));
    return { loaded, typed: typedNamed(loaded.typed, owner, name) };
  }

  /** All of its writes, or none. */
  #run(loaded: Loaded, isReadOnly: boolean, call: (instance: Exports) => Node[]): Node[] {
    if (this.#depth >= MOST_DEPTH) throw new FerriteError(`ERR wasm: call depth of ${MOST_DEPTH} exceeded`);
    const wasReadOnly = this.#isReadOnly;
    this.#isReadOnly ||= isReadOnly || loaded.bundle.permissions === 'READ';
    this.#depth++;
    loaded.calls++;
    let isOpen = false;
    let instance: Exports | undefined;
    try {
      instance = loaded.idle.pop() ?? this.#instance(loaded);
      this.#store['transactions']!['begin']!(this.#isReadOnly ? 'read-only' : 'read-write');
      isOpen = true;
      const nodes = this.#engine.clock.during(() => call(instance!));
      loaded.idle.push(instance);
      isOpen = false;
      endTransaction(this.#store, true);
      return nodes;
    } catch (error) {
      loaded.errors++;
      if (isOpen) endTransaction(this.#store, false);
      // One that returned an error, or was not called, serves the next call; one that trapped is dropped.
      const isSpared = error instanceof FerriteError || typeof payloadOf(error) === 'string';
      if (isOpen && instance && isSpared) loaded.idle.push(instance);
      throw failure(error);
    } finally {
      this.#depth--;
      this.#isReadOnly = wasReadOnly;
    }
  }

  /** What the declared keys hold. */
  #values(keys: Uint8Array[]) {
    const get = this.#store['strings']!['get']!;
    return keys.map((key) => {
      try {
        const value = get(key);
        return value === undefined ? { tag: 'absent' as const } : { tag: 'string' as const, val: value };
      } catch {
        return { tag: 'other' as const };
      }
    });
  }

  #instance(loaded: Loaded): Exports {
    const { bundle, modules } = loaded;
    const imports: Record<string, object> = {};
    for (const name of ['keys', 'strings', 'hashes', 'lists', 'sets', 'sortedSets', 'streams', 'vectors']) {
      const found = this.#store[name];
      if (found) imports[`ferrite:store/${name.replace('S', '-s')}`] = found;
    }
    imports['ferrite:store/commands'] = { execute: (argv: Uint8Array[]) => this.#nested(argv) };
    imports['ferrite:udf/log'] = {
      write: (level: 'debug' | 'info' | 'warn' | 'error', message: string) =>
        console[level](`${bundle.name}: ${oneLine(message, MOST_LINE)}`),
      panic: (message: string) => {
        throw new Panic(message);
      },
    };
    const module = (name: string): WebAssembly.Module => {
      const found = modules.get(name);
      if (!found) throw new FerriteError(`LOAD function '${bundle.name}': its module ${name} is not in the bundle`);
      return found;
    };
    return bundle.instantiate(module, imports);
  }

  /** A command that a function runs: another function's, or one of the engine's. */
  #nested(argv: Uint8Array[]): Node[] {
    const name = upper(argv[0]);
    const added = this.#added.get(name);
    if (!name.startsWith('WASM.') && !name.startsWith('FCALL') && !added) return this.#store['commands']!['execute']!(argv);
    const isCall = /^(WASM\.CALL|FCALL)(_RO)?$/.test(name);
    // What is thrown to a function is a variant of `commands.error`, not an Error, which would end it.
    if (!isCall && (!added || added.description.attributes.noscript)) {
      throw { tag: 'command', val: 'ERR This Redis command is not allowed from script' };
    }
    try {
      return this.#command(argv);
    } catch (error) {
      throw { tag: 'command', val: lineOf(error) };
    }
  }

  #info(name: string): Node[] {
    const loaded = this.#functions.get(name);
    if (!loaded) throw new FerriteError(`ERR wasm: there is no function '${name}'`);
    const commands = [...this.#added].filter(([, added]) => added.function === loaded).map(([command]) => command);
    const fields: [string, Node[]][] = [
      ['name', [bytes(name)]],
      ['digest', [bytes(loaded.bundle.sha256)]],
      ['permissions', [bytes(loaded.bundle.permissions)]],
      ['call_count', [{ tag: 'integer', val: BigInt(loaded.calls) }]],
      ['error_count', [{ tag: 'integer', val: BigInt(loaded.errors) }]],
      ['functions', array([...(loaded.plain ? [loaded.plain] : []), ...signatures(loaded.typed)].map(bytes))],
      ['commands', array(commands.map(bytes))],
    ];
    return [{ tag: 'map', val: fields.length }, ...fields.flatMap(([field, value]) => [bytes(field), ...value])];
  }
}

const encoder = new TextEncoder();
const bytes = (text: string): Node => ({ tag: 'bytes', val: encoder.encode(text) });
const array = (nodes: Node[]): Node[] => [{ tag: 'array', val: nodes.length }, ...nodes];

/** What a function's name alone calls, as its world writes it. */
const SIGNATURES = {
  call: 'call: func(keys: list<list<u8>>, args: list<list<u8>>) -> result<reply, string>',
  callWithValues:
    'call-with-values: func(keys: list<list<u8>>, values: list<value>, args: list<list<u8>>) -> result<reply, string>',
};

/** Why a call came to nothing, in the server's words. */
function failure(error: unknown): FerriteError {
  if (error instanceof FerriteError) return error;
  const payload = payloadOf(error);
  if (typeof payload === 'string') {
    const line = oneLine(payload, MOST_ERROR);
    return new FerriteError(/^[A-Z][A-Z0-9_]+( |$)/.test(line) ? line : `ERR ${line}`);
  }
  if (error instanceof Panic) return new FerriteError(`ERR wasm: panic: ${oneLine(error.message, MOST_LINE)}`);
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return new FerriteError('ERR wasm: trap: call stack exhausted');
  }
  // jco's glue gives most traps the names that they have on a server.
  const what = (error instanceof Error ? error.message : String(error)).replace(/^wasm trap: /, '');
  const isUnreachable = what === 'unreachable' || what === 'wasm `unreachable` instruction executed';
  return new FerriteError(`ERR wasm: trap: ${isUnreachable ? 'unreachable code reached' : what}`);
}

const lineOf = (error: unknown): string => failure(error).message;

function rowOf({ name, arity, attributes, keys, summary }: Description) {
  const flags = ['readonly', 'write', 'noMulti', 'noscript'] as const;
  const named = { readonly: 'readonly', write: 'write', noMulti: 'no-multi', noscript: 'noscript' } as const;
  return {
    name: name.toUpperCase(),
    arity,
    flags: flags.filter((flag) => attributes[flag]).map((flag) => named[flag]),
    keys: positionsOf(keys),
    summary,
  };
}

function positionsOf(keys: Description['keys']): KeyPositions {
  if (keys.tag === 'range') return { tag: 'range', ...keys.val };
  if (keys.tag === 'counted') return { tag: 'counted', at: keys.val };
  return { tag: keys.tag };
}
