/** What time the engine is told. While a function runs it stands still, so that the function sees one moment. */
export class Clock {
  #frozen: bigint | undefined;

  /** In microseconds since the Unix epoch. Not `performance.now`, which stands still while a machine sleeps: keys would expire late. */
  readonly now = (): bigint => this.#frozen ?? BigInt(Date.now()) * 1000n;

  /** Holds time still while something runs. */
  during<T>(run: () => T): T {
    if (this.#frozen !== undefined) return run();
    this.#frozen = this.now();
    try {
      return run();
    } finally {
      this.#frozen = undefined;
    }
  }
}

/** What `ferrite:store/environment` asks of its host, and the handles of sessions, which the engine makes and we keep. */
export function imports(module: WebAssembly.Module, clock: Clock): WebAssembly.Imports {
  const entropy = new BigUint64Array(1);
  const functions: Record<string, WebAssembly.ImportValue> = {
    'now-us': clock.now,
    entropy: () => crypto.getRandomValues(entropy)[0]!,
    // A session is named by where it lies in the engine's memory: nobody else holds handles.
    '[resource-new]session': (at: number) => at,
    '[resource-drop]session': () => undefined,
    '[resource-rep]session': (at: number) => at,
  };
  const found: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const value = functions[name];
    if (value) (found[from] ??= {})[name] = value;
  }
  return found;
}
