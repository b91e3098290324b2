/** Commands in a link: `#s=` deflated, `#p=` as they are, both in base64url. */

/** The longest fragment, and the longest text that one is unpacked to: a link may be anybody's. */
export const MOST_LINK = 8 << 10;
const MOST_TEXT = 256 << 10;

/** The fragment for these lines. */
export async function pack(lines: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(lines.join('\n'));
  if (typeof CompressionStream === 'undefined') return `#p=${base64(bytes)}`;
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return `#s=${base64(new Uint8Array(await new Response(stream).arrayBuffer()))}`;
}

/** The lines of a fragment; null where it is none of ours. Throws where it is damaged or too long. */
export async function unpack(fragment: string): Promise<string[] | null> {
  const [, kind, packed] = /^#([sp])=([\w-]*)$/.exec(fragment) ?? [];
  if (!kind || packed === undefined) return null;
  if (fragment.length > MOST_LINK) throw new Error(`The link is longer than ${MOST_LINK} characters`);
  const bytes = unbase64(packed);
  const text = kind === 'p' ? new TextDecoder().decode(bytes) : await inflate(bytes);
  return text.split('\n').filter((line) => line.trim() !== '');
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length > MOST_TEXT) {
      await reader.cancel();
      throw new Error('The link unpacks to too much');
    }
  }
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const unbase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
