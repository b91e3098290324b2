import { el } from './dom.js';
import { keep, kept } from './kept.js';

/** What a tab shows. `show` is called whenever it comes to the front, `hide` when it leaves it. */
export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly element: HTMLElement;
  show?(): void;
  hide?(): void;
}

/** Tabs by the ARIA pattern: one of them can be reached by Tab, the arrow keys go to the others. */
export class Tabs {
  readonly element: HTMLElement;
  readonly #panels: readonly Panel[];
  readonly #tabs: HTMLButtonElement[];
  readonly #bodies: HTMLElement[];
  #current = -1;

  constructor(panels: readonly Panel[]) {
    this.#panels = panels;
    this.#tabs = panels.map(({ id, title }, at) =>
      el(
        'button',
        { type: 'button', id: `tab-${id}`, role: 'tab', 'aria-controls': `panel-${id}`, onclick: () => this.select(at) },
        title,
      ),
    );
    this.#bodies = panels.map(({ id, element }) =>
      el(
        'div',
        { id: `panel-${id}`, className: 'panel', role: 'tabpanel', tabIndex: 0, 'aria-labelledby': `tab-${id}` },
        element,
      ),
    );
    const list = el(
      'div',
      {
        className: 'tabs',
        role: 'tablist',
        'aria-label': 'What to look at',
        onkeydown: (event: KeyboardEvent) => this.#key(event),
      },
      ...this.#tabs,
    );
    this.element = el('section', { className: 'side', 'aria-label': 'Tools' }, list, ...this.#bodies);
    const last = kept('tab');
    this.select(
      Math.max(
        panels.findIndex(({ id }) => id === last),
        0,
      ),
    );
  }

  select(which: number | string): void {
    const at = typeof which === 'number' ? which : this.#panels.findIndex(({ id }) => id === which);
    if (at === this.#current) return;
    this.#panels[this.#current]?.hide?.();
    this.#current = at;
    for (const [index, tab] of this.#tabs.entries()) {
      tab.setAttribute('aria-selected', String(index === at));
      tab.tabIndex = index === at ? 0 : -1;
      this.#bodies[index]!.hidden = index !== at;
    }
    this.#tabs[at]?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
    keep('tab', this.#panels[at]!.id);
    this.#panels[at]!.show?.();
  }

  #key(event: KeyboardEvent): void {
    const last = this.#panels.length - 1;
    const to: Record<string, number> = {
      ArrowRight: this.#current === last ? 0 : this.#current + 1,
      ArrowLeft: this.#current === 0 ? last : this.#current - 1,
      Home: 0,
      End: last,
    };
    const at = to[event.key];
    if (at === undefined) return;
    event.preventDefault();
    this.select(at);
    this.#tabs[at]!.focus();
  }
}
