import { el, fill, reason, throttled } from '../page/dom.js';
import type { Panel } from '../page/tabs.js';
import type { Store } from '../store/store.js';
import { type Key, list } from './listing.js';
import { draw } from './value.js';

/** Changes are shown at most so often. */
const PAUSE_MS = 150;

/** The key browser: what is in the store, as it changes. */
export class KeysPanel implements Panel {
  readonly id = 'keys';
  readonly title = 'Keys';
  readonly element: HTMLElement;
  /** Looks again soon. */
  readonly refresh = throttled(() => this.#refresh(), PAUSE_MS);
  readonly #count: HTMLElement;
  readonly #pattern = el('input', {
    id: 'pattern',
    type: 'search',
    value: '*',
    autocomplete: 'off',
    spellcheck: false,
    oninput: () => this.refresh(),
  });
  readonly #list = el('ul', {
    className: 'keys',
    role: 'listbox',
    'aria-label': 'Keys',
    onkeydown: (event: KeyboardEvent) => this.#key(event),
  });
  readonly #note = el('p', { className: 'size', role: 'status' });
  readonly #value = el('section', { className: 'detail', 'aria-label': 'Value' });
  readonly #times = new Map<HTMLElement, number>();
  #store: Store | undefined;
  #stop: () => void = () => undefined;
  #keys: Key[] = [];
  #selected: string | undefined;
  #isShown = false;

  /** `count` is where the number of keys is told. */
  constructor(count: HTMLElement) {
    this.#count = count;
    this.element = el(
      'div',
      { className: 'browser' },
      el('div', { className: 'row' }, el('label', { htmlFor: 'pattern' }, 'Pattern'), this.#pattern),
      this.#note,
      el('div', { className: 'split' }, this.#list, this.#value),
    );
    setInterval(() => this.#tick(), 1000);
  }

  /** Works on another store from here on. */
  async use(store: Store): Promise<void> {
    this.#stop();
    this.#store = store;
    this.#keys = [];
    this.#selected = undefined;
    fill(this.#value, el('p', { className: 'size' }, 'Choose a key to see its value.'));
    try {
      // What loading takes is not held against the first look.
      await store.execute(['PING']);
      this.refresh();
      const stop = await store.watch(() => this.refresh());
      if (this.#store === store) this.#stop = stop;
      else stop();
    } catch (error) {
      this.#note.textContent = reason(error);
    }
  }

  show(): void {
    this.#isShown = true;
    this.refresh();
  }

  hide(): void {
    this.#isShown = false;
  }

  async #refresh(): Promise<void> {
    const store = this.#store;
    if (!store) return;
    try {
      if (!this.#isShown) {
        const size = await store.execute(['DBSIZE']);
        if (store === this.#store && size.kind === 'integer') this.#tell(Number(size.value));
        return;
      }
      const { keys, total, hasMore } = await list(store, this.#pattern.value);
      if (store !== this.#store) return;
      this.#keys = keys;
      this.#tell(total);
      this.#note.textContent = note(keys.length, total, hasMore, this.#pattern.value);
      this.#drawList();
      await this.#drawValue(store);
    } catch (error) {
      this.#note.textContent = reason(error);
    }
  }

  #tell(total: number): void {
    this.#count.textContent = `${total} ${total === 1 ? 'key' : 'keys'}`;
  }

  #drawList(): void {
    const hasFocus = this.#list.contains(document.activeElement);
    this.#times.clear();
    const current = this.#keys.some(({ name }) => name === this.#selected) ? this.#selected : this.#keys[0]?.name;
    const rows = this.#keys.map((key) => {
      const left = el('span', { className: 'ttl' });
      if (key.expires !== null) this.#times.set(left, key.expires);
      const row = el(
        'li',
        {
          role: 'option',
          tabIndex: key.name === current ? 0 : -1,
          'aria-selected': String(key.name === this.#selected),
          onclick: () => this.#select(key.name),
        },
        el('span', { className: `badge ${key.type}` }, key.type),
        el('span', { className: 'name' }, key.name),
        left,
      );
      return row;
    });
    fill(this.#list, ...rows);
    this.#list.hidden = rows.length === 0;
    this.#tick();
    if (hasFocus) rows.find((row) => row.tabIndex === 0)?.focus();
  }

  #select(name: string): void {
    this.#selected = name;
    this.#drawList();
    [...this.#list.children]
      .map((row) => row as HTMLElement)
      .find((row) => row.tabIndex === 0)
      ?.focus();
    void this.#drawValue(this.#store!);
  }

  async #drawValue(store: Store): Promise<void> {
    const name = this.#selected;
    if (name === undefined) return;
    const key = this.#keys.find((key) => key.name === name);
    const drawn = key
      ? await draw(store, key).catch((error: unknown) => el('p', { className: 'error' }, reason(error)))
      : el('p', { className: 'size' }, 'It is gone, or the pattern does not match it any more.');
    if (name === this.#selected) fill(this.#value, el('h3', {}, name), drawn);
  }

  #tick(): void {
    const now = Date.now();
    for (const [element, expires] of this.#times) {
      const seconds = Math.max(0, Math.ceil((expires - now) / 1000));
      element.textContent = duration(seconds);
      // The store says itself that it is gone, sooner or later.
      if (seconds === 0) this.refresh();
    }
  }

  #key(event: KeyboardEvent): void {
    const at = this.#keys.findIndex(({ name }) => name === this.#selected);
    const last = this.#keys.length - 1;
    const to: Record<string, number> = {
      ArrowDown: Math.min(at + 1, last),
      ArrowUp: Math.max(at - 1, 0),
      Home: 0,
      End: last,
      Enter: Math.max(at, 0),
      ' ': Math.max(at, 0),
    };
    const key = this.#keys[to[event.key] ?? -1];
    if (!key) return;
    event.preventDefault();
    this.#select(key.name);
  }
}

function note(shown: number, total: number, hasMore: boolean, pattern: string): string {
  if (total === 0) return 'The store is empty. Set a key in the command line, or take the tour.';
  if (shown === 0)
    return hasMore ? `None of the keys looked at matches ${pattern}; there are more.` : `No key matches ${pattern}.`;
  return hasMore
    ? `${shown} keys are shown; there are more. Narrow the pattern.`
    : `${shown} of ${total} ${total === 1 ? 'key' : 'keys'}`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d`;
}
