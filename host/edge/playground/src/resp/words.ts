/** A line of the command line, cut into words as redis-cli does it: `"a b"`, `"\x00"`, `'it\'s'`. */

const ESCAPES: Record<string, number> = { n: 10, r: 13, t: 9, b: 8, a: 7 };
const encoder = new TextEncoder();

/** The words; null when a quote is not closed, or is followed by something other than space. */
export function split(line: string): Uint8Array[] | null {
  const words: Uint8Array[] = [];
  const characters = [...line];
  let at = 0;
  const isSpace = () => /\s/.test(characters[at] ?? ' ');
  while (true) {
    while (at < characters.length && isSpace()) at++;
    if (at >= characters.length) return words;
    const bytes: number[] = [];
    const add = (text: string) => bytes.push(...encoder.encode(text));
    while (!isSpace()) {
      const quote = characters[at]!;
      if (quote !== '"' && quote !== "'") {
        add(quote);
        at++;
        continue;
      }
      at++;
      while (characters[at] !== quote) {
        const character = characters[at++];
        if (character === undefined) return null;
        if (character !== '\\') {
          add(character);
          continue;
        }
        const next = characters[at];
        if (next === undefined) return null;
        if (quote === "'") {
          if (next === "'") at++;
          add(next === "'" ? "'" : '\\');
          continue;
        }
        const hex = next === 'x' ? characters.slice(at + 1, at + 3).join('') : '';
        if (/^[0-9a-f]{2}$/i.test(hex)) {
          bytes.push(parseInt(hex, 16));
          at += 3;
        } else {
          const code = ESCAPES[next];
          if (code === undefined) add(next);
          else bytes.push(code);
          at++;
        }
      }
      at++;
      if (!isSpace()) return null;
    }
    words.push(Uint8Array.from(bytes));
  }
}
