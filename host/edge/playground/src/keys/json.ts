/** JSON with a line for each value: only its space changes, so that long numbers and repeated names stay as they were written. */
export function laidOut(json: string): string | null {
  try {
    JSON.parse(json);
  } catch {
    return null;
  }
  let depth = 0;
  const lineEnd = () => `\n${'  '.repeat(depth)}`;
  // It is valid, so strings, marks and everything else are all that there is.
  const parts = json.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g) ?? [];
  return parts
    .map((part, at) => {
      const isEmpty = '[{'.includes(part) && ']}'.includes(parts[at + 1] ?? ' ');
      const wasEmpty = ']}'.includes(part) && '[{'.includes(parts[at - 1] ?? ' ');
      if (part === ':') return ': ';
      if (part === ',') return `,${lineEnd()}`;
      if (isEmpty || wasEmpty) return part;
      if ('[{'.includes(part)) {
        depth++;
        return part + lineEnd();
      }
      if (']}'.includes(part)) {
        depth--;
        return lineEnd() + part;
      }
      return part;
    })
    .join('');
}
