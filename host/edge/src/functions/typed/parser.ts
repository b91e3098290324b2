import { type Token, tokenAt, type TokenKind } from './lexer.js';

/** So deep is WAVE text read, whatever its type. */
const MOST_DEPTH = 100;

/** A value of WAVE text, whose type is not looked at yet, and where it stands. */
export interface Node {
  kind:
    | 'bool'
    | 'number'
    | 'char'
    | 'string'
    | 'multiline'
    | 'tuple'
    | 'list'
    | 'record'
    | 'flags'
    | 'label'
    | 'payload'
    | 'some'
    | 'none'
    | 'ok'
    | 'err';
  start: number;
  end: number;
  /** Elements; of records label, value, label, value; of `payload` the label and the value. */
  children: Node[];
}

/** What is wrong with a text, and where. */
export class WaveError extends Error {
  constructor(
    what: string,
    readonly start: number,
    readonly end: number,
  ) {
    super(what);
  }

  /** As the server says it: offsets count bytes. */
  in(text: string): string {
    const offset = (at: number) => new TextEncoder().encode(text.slice(0, at)).length;
    return `${this.message} at ${offset(this.start)}..${offset(this.end)}`;
  }
}

/** Labels that are no cases unless a `%` stands before them. */
export const KEYWORDS: ReadonlySet<string> = new Set(['true', 'false', 'some', 'none', 'ok', 'err', 'inf', 'nan']);

const LEAVES: Partial<Record<Token['kind'], Node['kind']>> = {
  Number: 'number',
  Char: 'char',
  String: 'string',
  MultilineString: 'multiline',
};

/** Reads the values of a text, one token ahead at most. */
export class Parser {
  #at = 0;
  #token: Token = { kind: 'invalid', start: 0, end: 0 };
  #depth = 0;

  constructor(readonly text: string) {}

  /** The next value. */
  value(): Node {
    if (this.#depth >= MOST_DEPTH) throw new WaveError('value nesting too deep', this.#token.start, this.#token.end);
    this.#depth++;
    const node = this.#node();
    this.#depth--;
    return node;
  }

  /** Expects nothing more. */
  finish(): void {
    const token = tokenAt(this.text, this.#at);
    if (token) throw new WaveError('trailing characters after value', token.start, token.end);
  }

  #node(): Node {
    const { kind } = this.#advance();
    const leaf = LEAVES[kind];
    if (leaf) return this.#leaf(leaf);
    switch (kind) {
      case 'ParenOpen':
        return this.#tuple();
      case 'BracketOpen':
        return this.#aggregate('list', 'BracketClose');
      case 'BraceOpen':
        return this.#recordOrFlags();
      case 'LabelOrKeyword':
        break;
      default:
        throw this.#unexpected();
    }
    const label = this.#slice();
    if (!KEYWORDS.has(label)) return this.#labelled();
    switch (label) {
      case 'some':
        return this.#payload(label, true);
      case 'ok':
      case 'err':
        return this.#payload(label, this.#isNext('ParenOpen'));
      case 'none':
        return this.#leaf('none');
      default:
        return this.#leaf(label === 'inf' || label === 'nan' ? 'number' : 'bool');
    }
  }

  #tuple(): Node {
    const tuple = this.#aggregate('tuple', 'ParenClose');
    if (tuple.children.length === 0) throw new WaveError('empty tuple', tuple.start, tuple.end);
    return tuple;
  }

  #aggregate(kind: 'tuple' | 'list', close: TokenKind): Node {
    const { start } = this.#token;
    const children: Node[] = [];
    while (!this.#isNext(close)) {
      children.push(this.value());
      if (this.#advance().kind === 'Comma') continue;
      this.#expect(close);
      return { kind, start, end: this.#token.end, children };
    }
    return { kind, start, end: this.#advance().end, children };
  }

  #recordOrFlags(): Node {
    const { start } = this.#token;
    const { kind } = this.#advance();
    if (kind === 'Colon') {
      this.#advance();
      this.#expect('BraceClose');
      return { kind: 'record', start, end: this.#token.end, children: [] };
    }
    if (kind === 'BraceClose') return { kind: 'flags', start, end: this.#token.end, children: [] };
    const isRecord = this.#isNext('Colon');
    const seen = new Set<string>();
    const children: Node[] = [];
    do {
      const label = this.#label();
      const name = this.#slice().replace(/^%/, '');
      if (seen.has(name)) throw new WaveError(`duplicate ${isRecord ? 'field' : 'flag'}: "${name}"`, label.start, label.end);
      seen.add(name);
      children.push(label);
      if (isRecord) {
        this.#advance();
        this.#expect('Colon');
        children.push(this.value());
      }
      if (this.#advance().kind === 'Comma') this.#advance();
    } while (this.#token.kind !== 'BraceClose');
    return { kind: isRecord ? 'record' : 'flags', start, end: this.#token.end, children };
  }

  #labelled(): Node {
    const label = this.#label();
    if (!this.#isNext('ParenOpen')) return label;
    const node = this.#payload('payload', true);
    return { ...node, start: label.start, children: [label, ...node.children] };
  }

  /** What stands in parentheses behind the present token, if something does. */
  #payload(kind: 'some' | 'ok' | 'err' | 'payload', isThere: boolean): Node {
    if (!isThere) return this.#leaf(kind);
    const { start } = this.#token;
    this.#advance();
    this.#expect('ParenOpen');
    const children = [this.value()];
    this.#advance();
    this.#expect('ParenClose');
    return { kind, start, end: this.#token.end, children };
  }

  #label(): Node {
    this.#expect('LabelOrKeyword');
    return this.#leaf('label');
  }

  #leaf(kind: Node['kind']): Node {
    return { kind, start: this.#token.start, end: this.#token.end, children: [] };
  }

  #advance(): Token {
    const token = tokenAt(this.text, this.#at);
    if (!token) throw new WaveError('unexpected end of input', this.text.length, this.text.length);
    if (token.kind === 'invalid') throw new WaveError('invalid token', token.start, token.end);
    this.#at = token.end;
    return (this.#token = token);
  }

  #slice(): string {
    return this.text.slice(this.#token.start, this.#token.end);
  }

  #isNext(kind: TokenKind): boolean {
    return tokenAt(this.text, this.#at)?.kind === kind;
  }

  #expect(kind: TokenKind): void {
    if (this.#token.kind !== kind) throw this.#unexpected();
  }

  #unexpected(): WaveError {
    return new WaveError(`unexpected token: ${this.#token.kind}`, this.#token.start, this.#token.end);
  }
}
