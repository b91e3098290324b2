/** Bytes of a page of WebAssembly memory. */
const PAGE = 65536;
const MEMORY_SECTION = 5;

/**
 * A core module whose own memories cannot grow past a limit: JavaScript has no way to refuse a growth, a module has. One that
 * asks for less keeps what it asks for. https://webassembly.github.io/spec/core/binary/modules.html#memory-section
 */
export function limitMemories(module: Uint8Array, mebibytes: number): Uint8Array {
  const most = (mebibytes * 2 ** 20) / PAGE;
  let at = 8;
  const parts: Uint8Array[] = [module.subarray(0, 8)];
  while (at < module.length) {
    const start = at;
    const id = module[at++];
    const [size, body] = number(module, at);
    at = body + size;
    if (id === MEMORY_SECTION) {
      const memories = limited(module.subarray(body, at), most);
      parts.push(Uint8Array.of(MEMORY_SECTION, ...encoded(memories.length)), memories);
    } else parts.push(module.subarray(start, at));
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** The memory section with a maximum for each memory. */
function limited(section: Uint8Array, most: number): Uint8Array {
  let [count, at] = number(section, 0);
  const bytes: number[] = encoded(count);
  for (; count > 0; count--) {
    const flags = section[at++]!;
    // Shared and 64-bit memories, which components do not have, stay as they are.
    if (flags > 1) throw new Error('a function with a shared or 64-bit memory cannot be limited');
    const [least, next] = number(section, at);
    at = next;
    let own = 65536;
    if (flags & 1) [own, at] = number(section, at);
    if (least > most) throw new Error(`the function begins with ${least * 64} KiB of memory, more than --memory allows`);
    bytes.push(1, ...encoded(least), ...encoded(Math.min(own, most)));
  }
  return Uint8Array.from(bytes);
}

/** An unsigned LEB128 number, and where what follows begins. */
function number(bytes: Uint8Array, at: number): [number, number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined || shift > 28) throw new Error('the module is damaged');
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

function encoded(value: number): number[] {
  const bytes: number[] = [];
  do {
    const rest = Math.floor(value / 128);
    bytes.push((value % 128) | (rest > 0 ? 128 : 0));
    value = rest;
  } while (value > 0);
  return bytes;
}
