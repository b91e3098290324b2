import { keep, kept } from '../page/kept.js';

const MOST = 200;

/** Lines whose words are secrets, which nothing keeps. */
export const isSecret = (line: string): boolean =>
  /^\s*(auth\b|hello\b.*\bauth\b|acl\s+setuser\b|config\s+set\b.*\b(requirepass|masterauth)\b|migrate\b.*\bauth)/i.test(line);

/** The lines that were typed, the arrow keys' way through them, and where they are kept. */
export class History {
  readonly #lines: string[] = stored();
  #at = this.#lines.length;
  #draft = '';

  add(line: string): void {
    if (!isSecret(line) && this.#lines.at(-1) !== line) this.#lines.push(line);
    this.#lines.splice(0, this.#lines.length - MOST);
    this.#at = this.#lines.length;
    this.#draft = '';
    keep('history', JSON.stringify(this.#lines));
  }

  /** The line before (-1) or after (1) the one shown; what was being typed is kept as the last. */
  move(by: -1 | 1, shown: string): string {
    if (this.#at === this.#lines.length) this.#draft = shown;
    this.#at = Math.min(Math.max(this.#at + by, 0), this.#lines.length);
    return this.#lines[this.#at] ?? this.#draft;
  }
}

function stored(): string[] {
  try {
    const lines: unknown = JSON.parse(kept('history') ?? '[]');
    return Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [];
  } catch {
    return [];
  }
}
