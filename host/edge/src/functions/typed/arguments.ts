import { FerriteError } from '../../errors.js';
import { oneLine } from '../nodes.js';
import { WaveError } from './parser.js';
import { optionOf, readWave } from './read.js';
import { floatOf, integerOf, isInteger, rangeOf } from './scalars.js';
import { isBytes, isCompound, kindOf, partsOf, signatureText, type Type, type TypedFunction, typeText } from './types.js';

/** Bytes of one argument that becomes a list or is read as WAVE text. */
const MOST_BYTES = 2 ** 20;
/** Bytes of WAVE text times the parts of its type: each name in a text is looked for among all those of the type. */
const MOST_STEPS = 8 * 2 ** 20;
/** Bytes of a word, and of what is said about it, that are shown. */
const MOST_SHOWN = 32;
const MOST_LINE = 8192;

/** Why a word does not fit its parameter. */
class Unfit extends Error {}

/** The arguments of a call as jco's glue takes them. What is wrong with them is said as the server says it. */
export function argumentsOf(typed: TypedFunction, words: readonly Uint8Array[]): unknown[] {
  const { params } = typed;
  // Optional parameters at the end may be left out.
  let least = params.length;
  while (least > 0 && kindOf(params[least - 1]![1]) === 'option') least--;
  if (words.length < least || words.length > params.length) {
    const count = least === params.length ? `${least}` : `${least} to ${params.length}`;
    const signature = `\`${typed.name}\` is \`${signatureText(typed)}\``;
    throw refusal(`${signature}: it takes ${count} arguments, and the caller passed ${words.length}`);
  }
  const each = <T>(take: (type: Type, word: Uint8Array | undefined) => T): T[] =>
    params.map(([name, type], at) => {
      try {
        return take(type, words[at]);
      } catch (error) {
        if (!(error instanceof Unfit)) throw error;
        const what = `argument ${at + 1} (\`${name}: ${typeText(type)}\`): ${error.message}`;
        throw refusal(`${what}, got '${excerpt(words[at]!)}'`);
      }
    });
  each((type, word) => word && expectShort(type, word.length));
  return each((type, word) => (word ? valueOf(type, word) : optionOf(type, false)));
}

const refusal = (what: string) => new FerriteError(`ERR wasm: ${oneLine(what, MOST_LINE)}`);

function expectShort(type: Type, length: number): void {
  if (!isCompound(type) && !isBytes(type)) return;
  const most = isCompound(type) ? Math.min(MOST_BYTES, Math.floor(MOST_STEPS / partsOf(type))) : MOST_BYTES;
  if (length > most) throw new Unfit(`expected at most ${most} bytes, not ${length}`);
}

function valueOf(type: Type, word: Uint8Array): unknown {
  if (isBytes(type)) return word;
  if (isCompound(type)) return wave(type, utf8(word));
  const kind = kindOf(type);
  switch (kind) {
    case 'string':
      return utf8(word);
    case 'bool': {
      const text = lossy(word).toLowerCase();
      if (!['1', '0', 'true', 'false'].includes(text)) throw new Unfit('expected true or false');
      return text === '1' || text === 'true';
    }
    case 'char': {
      const text = utf8(word);
      if ([...text.slice(0, 3)].length !== 1) throw new Unfit('expected one character');
      return text;
    }
  }
  if (!isInteger(kind)) {
    const number = floatOf(kind as 'f32' | 'f64', lossy(word));
    if (number === undefined) throw new Unfit('expected a number');
    return number;
  }
  const integer = integerOf(kind, lossy(word));
  if (integer === undefined) throw new Unfit(`expected an integer from ${rangeOf(kind)[0]} to ${rangeOf(kind)[1]}`);
  return integer;
}

function wave(type: Type, text: string): unknown {
  try {
    return readWave(type, text);
  } catch (error) {
    if (error instanceof WaveError) throw new Unfit(`no WAVE text of this type (${error.in(text)})`);
    throw error;
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const lossy = (word: Uint8Array): string => lenient.decode(word);

function utf8(word: Uint8Array): string {
  try {
    return strict.decode(word);
  } catch {
    throw new Unfit('expected UTF-8 text');
  }
}

const ESCAPES: Record<number, string> = { 9: '\\t', 10: '\\n', 13: '\\r', 34: '\\"', 39: "\\'", 92: '\\\\' };

/** The beginning of a word, made fit for one line. */
function excerpt(word: Uint8Array): string {
  const shown = Array.from(word.subarray(0, MOST_SHOWN), (byte) => {
    const isPlain = byte >= 32 && byte < 127;
    return ESCAPES[byte] ?? (isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`);
  });
  return shown.join('') + (word.length > MOST_SHOWN ? '…' : '');
}
