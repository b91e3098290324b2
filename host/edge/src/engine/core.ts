import { FerriteError } from '../errors.js';

/** A function that the core module exports. 64-bit numbers are bigints. */
type Export = (...args: (number | bigint)[]) => any;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Which component a core module is of. */
interface Known {
  /** What errors call it. */
  readonly name: string;
  /** The package of its interfaces, and the interface that tells it from other modules. */
  readonly package: string;
  readonly interface: string;
}

const STORE: Known = { name: 'store', package: 'ferrite:store', interface: 'wire' };

/**
 * The core module inside of a component, the store's unless something else is said: its memory, its allocator, and calls of
 * its exports by the canonical ABI.
 *
 * The native host calls it in the same way (docs/decisions/0006); jco's glue, which does it for any component, takes longer
 * for one call than the engine does for the command in it (docs/decisions/0015).
 */
export class Core {
  readonly #exports: WebAssembly.Exports;
  readonly #memory: WebAssembly.Memory;
  readonly #realloc: Export;
  readonly #known: Known;
  readonly #version: string;
  #bytes: Uint8Array;
  #view: DataView;
  #failure: FerriteError | undefined;

  constructor(exports: WebAssembly.Exports, known = STORE) {
    this.#exports = exports;
    this.#known = known;
    this.#memory = exports['memory'] as WebAssembly.Memory;
    this.#realloc = exports['cabi_realloc'] as Export;
    const prefix = `${known.package}/${known.interface}@`;
    const found = Object.keys(exports).find((name) => name.startsWith(prefix));
    if (!(this.#memory instanceof WebAssembly.Memory) || !this.#realloc || !found) {
      throw new FerriteError(`LOAD this WebAssembly module is not the ${known.name} of Ferrite`);
    }
    this.#version = found.slice(prefix.length, found.indexOf('#'));
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }

  /** A function of an interface of the package, such as `wire` and `take-events`. */
  find(name: `${string}#${string}`): Export {
    const found = this.#exports[this.#exported(name)];
    if (typeof found !== 'function') throw new FerriteError(`LOAD the ${this.#known.name} has no function ${name}`);
    return this.#guarded(found as Export);
  }

  /** What is to be called with the result of a function once it was read, when there is such. */
  findPost(name: `${string}#${string}`): Export {
    const found = this.#exports[`cabi_post_${this.#exported(name)}`];
    return typeof found === 'function' ? this.#guarded(found as Export) : () => undefined;
  }

  #exported(name: string): string {
    const [interfaceName, functionName] = name.split('#');
    return `${this.#known.package}/${interfaceName}@${this.#version}#${functionName}`;
  }

  /** The memory as it is now: not to be kept, as it moves when it grows. */
  get bytes(): Uint8Array {
    if (this.#bytes.buffer !== this.#memory.buffer) this.#bytes = new Uint8Array(this.#memory.buffer);
    return this.#bytes;
  }

  get view(): DataView {
    if (this.#view.buffer !== this.#memory.buffer) this.#view = new DataView(this.#memory.buffer);
    return this.#view;
  }

  u32(at: number): number {
    return this.view.getUint32(at, true);
  }

  /** A copy of the `list<u8>` that is described at this address. */
  list(at: number): Uint8Array {
    const first = this.u32(at);
    return this.bytes.slice(first, first + this.u32(at + 4));
  }

  text(at: number): string {
    const first = this.u32(at);
    return decoder.decode(this.bytes.subarray(first, first + this.u32(at + 4)));
  }

  /** An allocation that the callee will own. */
  allocate(size: number, align = 1): number {
    if (size === 0) return align;
    if (this.#failure) throw this.#failure;
    try {
      return this.#realloc(0, 0, align, size) >>> 0;
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Bytes as a list that the callee will own: its address. */
  give(bytes: Uint8Array): number {
    const at = this.allocate(bytes.length);
    this.bytes.set(bytes, at);
    return at;
  }

  /** Text as a list that the callee will own: its address and length. */
  giveText(text: string): [number, number] {
    const bytes = encoder.encode(text);
    return [this.give(bytes), bytes.length];
  }

  /** A call that fails is the last one: what the memory holds then is half done. */
  #guarded(call: Export): Export {
    return (...args) => {
      if (this.#failure) throw this.#failure;
      try {
        return call(...args);
      } catch (error) {
        throw this.#fail(error);
      }
    };
  }

  #fail(cause: unknown): FerriteError {
    const what = cause instanceof Error ? cause.message : String(cause);
    this.#failure = new FerriteError(`TRAP the ${this.#known.name} failed and serves no more: ${what}`, 'TRAP', { cause });
    return this.#failure;
  }
}
