/** Small things that the browser keeps, where it lets the page. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`ferrite.${name}`);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`ferrite.${name}`, value);
  } catch {
    // There is no room, or it is forbidden: then it is forgotten with the page.
  }
}
