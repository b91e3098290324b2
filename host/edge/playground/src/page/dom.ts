/** Elements without HTML: what comes from the store can only ever be text. */

export type Child = Node | string | number | null | undefined | false;
type Props = Record<string, unknown>;

/** An element: properties by their names, `on…` listeners, and attributes for what has a dash or is no property. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value as EventListener);
    else if (name in element && !name.includes('-')) (element as unknown as Props)[name] = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  fill(element, ...children);
  return element;
}

export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Props = {},
  ...children: Node[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Replaces what an element holds. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(
    ...children
      .filter((child): child is Node | string | number => child !== null && child !== undefined && child !== false)
      .map((child) => (child instanceof Node ? child : String(child))),
  );
}

export const button = (label: string, onclick: () => void, props: Props = {}): HTMLButtonElement =>
  el('button', { type: 'button', onclick, ...props }, label);

/** What an error says, in the store's words where it is the store's. */
export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Calls a function at most once in a while, and once more at the end. */
export function throttled(run: () => Promise<void>, pauseMs: number): () => void {
  let isWaiting = false;
  let isWanted = false;
  const turn = async () => {
    isWaiting = true;
    isWanted = false;
    const start = performance.now();
    await run().catch(() => undefined);
    // What takes long is done less often.
    setTimeout(
      () => {
        isWaiting = false;
        if (isWanted) void turn();
      },
      Math.min(Math.max(pauseMs, 5 * (performance.now() - start)), 1000),
    );
  };
  return () => {
    isWanted = true;
    if (!isWaiting) void turn();
  };
}
