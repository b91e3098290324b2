/** The tokens of WAVE text: https://github.com/bytecodealliance/wasm-tools/tree/main/crates/wasm-wave */
export type TokenKind =
  | 'BraceOpen'
  | 'BraceClose'
  | 'ParenOpen'
  | 'ParenClose'
  | 'BracketOpen'
  | 'BracketClose'
  | 'Colon'
  | 'Comma'
  | 'Number'
  | 'LabelOrKeyword'
  | 'Char'
  | 'String'
  | 'MultilineString';

/** A token, and where it stands in the text; an `invalid` one is where none can be read. */
export interface Token {
  kind: TokenKind | 'invalid';
  start: number;
  end: number;
}

const MARKS: Record<string, TokenKind> = {
  '{': 'BraceOpen',
  '}': 'BraceClose',
  '(': 'ParenOpen',
  ')': 'ParenClose',
  '[': 'BracketOpen',
  ']': 'BracketClose',
  ':': 'Colon',
  ',': 'Comma',
};

const SKIPPED = /(?:[ \t\n\r]+|\/\/[^\n]*)*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|-inf/y;
const LABEL = /%?(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z0-9]+|[A-Z0-9]+))*/y;
const ESCAPE = /\\(?:['"tnr\\]|u\{[0-9a-fA-F]{1,6}\})/y;
const PLAIN = /[^\\"\n]+/y;
const CHAR = /'(?:[^\\'\n]{1,4}|\\['"tnr\\]|\\u\{[0-9a-fA-F]{1,6}\})'/uy;

/** The token from an offset on, or `undefined` at the end of the text. */
export function tokenAt(text: string, from: number): Token | undefined {
  const start = from + lengthAt(SKIPPED, text, from);
  const first = text[start];
  if (first === undefined) return undefined;
  const token = (kind: Token['kind'], length: number): Token => ({ kind, start, end: start + length });
  const mark = MARKS[first];
  if (mark) return token(mark, 1);
  if (first === "'") return char(text, start);
  if (text.startsWith('"""', start)) {
    const end = text.indexOf('"""', start + 3);
    return end < 0 ? token('invalid', 3) : { kind: 'MultilineString', start, end: end + 3 };
  }
  if (first === '"') return string(text, start);
  const number = lengthAt(NUMBER, text, start);
  if (number > 0) return token('Number', number);
  const label = lengthAt(LABEL, text, start);
  if (label > 0) return token('LabelOrKeyword', label);
  return token('invalid', widthAt(text, start));
}

function string(text: string, start: number): Token {
  let end = start + 1;
  for (;;) {
    if (text[end] === '"') return { kind: 'String', start, end: end + 1 };
    const length = lengthAt(PLAIN, text, end) || lengthAt(ESCAPE, text, end);
    if (length === 0) break;
    end += length;
  }
  return { kind: 'invalid', start, end: end + lengthAt(/\\u\{[0-9a-fA-F]{1,5}/y, text, end) };
}

function char(text: string, start: number): Token {
  const length = lengthAt(CHAR, text, start);
  if (length === 0) return { kind: 'invalid', start, end: start + readOf(text.slice(start, start + 7)) };
  const content = text.slice(start + 1, start + length - 1);
  const isOne = content.startsWith('\\') || [...content].length === 1;
  return { kind: isOne ? 'Char' : 'invalid', start, end: start + length };
}

/** How much the server's lexer has read of a character, by what follows, when it sees that there is none. */
function readOf(text: string): number {
  if (/^'\\u\{[0-9a-fA-F]/.test(text) && text.length === 7) return 5;
  return /^'(?:[^\\'\n][^]|[^\\'\n\0-\x7f])/u.test(text) ? 1 + widthAt(text, 1) : 1;
}

/** How much of the text a sticky expression takes from an offset on. */
function lengthAt(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.exec(text)?.[0].length ?? 0;
}

/** The units of UTF-16 that the character there has. */
const widthAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
