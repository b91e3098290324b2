import { FerriteError } from '../errors.js';
import type { Platform } from '../platforms/platform.js';

/** What a module can be made of. */
export type WasmSource = WebAssembly.Module | BufferSource | Response | URL | string;

const loaded = new WeakMap<Platform, Promise<WebAssembly.Module>>();

/** The compiled module: what was given, or what the platform brings, compiled once. */
export async function moduleOf(given: WasmSource | Promise<WasmSource> | undefined, platform: Platform): Promise<WebAssembly.Module> {
  if (given !== undefined) return compiled(await given);
  let module = loaded.get(platform);
  if (!module) {
    module = platform.load();
    loaded.set(platform, module);
    // A load that failed, such as one without a network, may be tried again.
    module.catch(() => loaded.delete(platform));
  }
  return module;
}

/** Compiles what was given. */
export async function compiled(source: WasmSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === 'string' || source instanceof URL) return fetched(source);
  if (typeof Response !== 'undefined' && source instanceof Response) return compileResponse(source);
  return compileBytes(source as BufferSource, 'the bytes given as `wasm`');
}

/** Fetches and compiles, streaming where the server names the right type. */
export async function fetched(url: string | URL): Promise<WebAssembly.Module> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new FerriteError(`LOAD ${url} could not be fetched: ${cause}. ${HELP}`, 'LOAD', { cause });
  }
  return compileResponse(response);
}

async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw new FerriteError(`LOAD ${response.url} answered ${response.status}. ${HELP}`, 'LOAD');
  const isWasm = response.headers.get('content-type')?.startsWith('application/wasm');
  if (isWasm && WebAssembly.compileStreaming) return WebAssembly.compileStreaming(response);
  return compileBytes(await response.arrayBuffer(), response.url);
}

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const HELP =
  'Serve the file store.wasm of the package, with the type application/wasm, or say where it is: new Ferrite({ wasm: url })';

export async function compileBytes(bytes: BufferSource, name: string): Promise<WebAssembly.Module> {
  const view = ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes);
  if (MAGIC.some((byte, at) => view[at] !== byte)) {
    const isPage = new TextDecoder().decode(view.subarray(0, 32)).trimStart().startsWith('<');
    throw new FerriteError(`LOAD ${name} is no WebAssembly${isPage ? ', but a page of HTML' : ''}. ${HELP}`, 'LOAD');
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw new FerriteError(`LOAD ${name} does not compile: ${cause}`, 'LOAD', { cause });
  }
}
