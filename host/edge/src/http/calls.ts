import { bool, bytes, list, type Of, record, result, string, tuple, type Type, u16, u32, variant } from '../engine/abi.js';
import { Core } from '../engine/core.js';

/** The types of `ferrite:http/calls`, as components/adapters/http-calls/wit/calls.wit has them. */
const header = tuple<[string, string]>(string, string);
const settings = record({ token: string, hosts: list(string), origins: list(string) });
export type Settings = Of<typeof settings>;

const head = record({ method: string, target: string, headers: list(header) });
export type Head = Of<typeof head>;

const answer = record({ status: u16, headers: list(header), body: bytes });
/** What to send back. */
export type Answer = Of<typeof answer>;

const asked = result(record({ commands: bytes, replies: u32, hasEvents: bool }), answer);
/** What the store is to be asked, or why nothing is. */
export type Asked = Of<typeof asked>;

const fed = result(u32, answer);
const maybe = variant({ none: undefined, some: answer });

const HTTP = { name: 'HTTP adapter', package: 'ferrite:http', interface: 'calls' };

/** An instance of the component: any number of requests, each of which is named by where it lies in its memory. */
export class Calls {
  readonly #core: Core;

  constructor(module: WebAssembly.Module, who: Settings) {
    const functions: Record<string, WebAssembly.ImportValue> = {
      '[resource-new]request': (at: number) => at,
      '[resource-drop]request': () => undefined,
    };
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = functions[name]!;
    this.#core = new Core(new WebAssembly.Instance(module, imports).exports, HTTP);
    this.#core.find('calls#configure')(...settings.lower(this.#core, who));
    this.mostBodyBytes = this.#core.find('calls#most-body-bytes')() >>> 0;
    this.stillHere = this.#told('calls#still-here', bytes);
  }

  /** The most bytes that a body may have. */
  readonly mostBodyBytes: number;
  /** What to send while there is no event. */
  readonly stillHere: Uint8Array;

  begin(of: Head): number {
    return this.#core.find('calls#[constructor]request')(...head.lower(this.#core, of)) >>> 0;
  }

  /** The answer to a request that is refused. */
  greet(request: number): Answer | undefined {
    return this.#told('calls#[method]request.greet', maybe, request).val;
  }

  read(request: number, body: Uint8Array): Asked {
    return this.#told('calls#[method]request.read', asked, request, this.#core.give(body), body.length);
  }

  /** How many replies are whole, or why there will be no more. */
  feed(request: number, replies: Uint8Array): Of<typeof fed> {
    return this.#told('calls#[method]request.feed', fed, request, this.#core.give(replies), replies.length);
  }

  answer(request: number): Answer {
    return this.#told('calls#[method]request.answer', answer, request);
  }

  events(request: number): Uint8Array {
    return this.#told('calls#[method]request.events', bytes, request);
  }

  /** An answer of the host's. */
  fail(request: number, status: number, reason: string): Answer {
    return this.#told('calls#[method]request.fail', answer, request, status, ...this.#core.giveText(reason));
  }

  end(request: number): void {
    this.#core.find('calls#[dtor]request')(request);
  }

  /** Calls a function whose result lies in memory. */
  #told<T>(name: `${string}#${string}`, type: Type<T>, ...given: number[]): T {
    const at = this.#core.find(name)(...given) >>> 0;
    const value = type.load(this.#core, at);
    this.#core.findPost(name)(at);
    return value;
  }
}
