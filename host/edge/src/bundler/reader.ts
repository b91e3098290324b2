/** Bytes of WebAssembly, from the front to the back. */
export class Reader {
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  get isAtEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  byte(): number {
    const byte = this.bytes[this.#at++];
    if (byte === undefined) throw new Error('it ends too early');
    return byte;
  }

  /** The byte that `byte` gives next. */
  peek(): number {
    return this.bytes[this.#at] ?? 0;
  }

  /** An unsigned LEB128 number of 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new Error('a number in it is too long');
  }

  /** So many bytes. */
  take(length: number): Uint8Array {
    if (this.#at + length > this.bytes.length) throw new Error('it ends too early');
    this.#at += length;
    return this.bytes.subarray(this.#at - length, this.#at);
  }

  text(): string {
    return new TextDecoder().decode(this.take(this.number()));
  }

  /** A count, and as many of what `read` reads. */
  all<T>(read: () => T): T[] {
    const items: T[] = [];
    for (let left = this.number(); left > 0; left--) items.push(read());
    return items;
  }

  /** A byte that says whether something follows, and it. */
  maybe<T>(read: () => T): T | undefined {
    return this.byte() === 0 ? undefined : read();
  }
}
