import { button, el, fill, reason, svg } from '../page/dom.js';
import type { Panel } from '../page/tabs.js';
import type { Store } from '../store/store.js';
import { add, drop, type Hit, INDEX, type Point, points, scattered, search, searchCommand, SIDE } from './points.js';

const SCATTERED = 200;

/** Points of a plane as vectors in the store: a click looks for the nearest. */
export class VectorsPanel implements Panel {
  readonly id = 'vectors';
  readonly title = 'Vectors';
  readonly element: HTMLElement;
  readonly #links = svg('g', { class: 'links' });
  readonly #dots = svg('g', { class: 'dots' });
  readonly #plane = svg('svg', { viewBox: `0 0 ${SIDE} ${SIDE}`, class: 'plane', role: 'img' }, this.#dots, this.#links);
  readonly #x = coordinate('vector-x');
  readonly #y = coordinate('vector-y');
  readonly #count = el('input', { id: 'vector-k', type: 'number', min: '1', max: '50', step: '1', value: '8', required: true });
  readonly #adds = el('input', { id: 'vector-adds', type: 'checkbox' });
  readonly #command = el('pre', { className: 'reply' });
  readonly #status = el('p', { className: 'size', role: 'status' });
  readonly #found = el('div', {});
  #store: Store | undefined;
  #points: Point[] = [];
  #isShown = false;

  constructor() {
    const form = el(
      'form',
      {
        className: 'row',
        onsubmit: (event: Event) => {
          event.preventDefault();
          void this.#at(Number(this.#x.value), Number(this.#y.value), false);
        },
      },
      el('label', { className: 'check' }, 'x', this.#x),
      el('label', { className: 'check' }, 'y', this.#y),
      el('label', { className: 'check' }, 'neighbours', this.#count),
      el('button', { type: 'submit', className: 'primary' }, 'Search'),
      button('Add a point', () => void this.#at(Number(this.#x.value), Number(this.#y.value), true)),
    );
    this.element = el(
      'div',
      { className: 'vectors' },
      el(
        'p',
        {},
        'Each point is a vector of two numbers in the store, under the key ',
        el('code', {}, INDEX),
        '. Click into the plane to find the nearest.',
      ),
      el(
        'div',
        { className: 'row' },
        button(`Scatter ${SCATTERED} points`, () => void this.#scatter()),
        button('Remove all', () => void this.#try(() => drop(this.#store!))),
        el('label', { className: 'check' }, this.#adds, ' a click adds a point'),
      ),
      form,
      this.#status,
      el('div', { className: 'scene' }, this.#plane, this.#found),
      this.#command,
    );
    this.#plane.addEventListener('click', (event) => {
      const { left, top, width, height } = this.#plane.getBoundingClientRect();
      const place = (at: number, from: number, size: number) => Math.round(((at - from) / size) * SIDE * 100) / 100;
      void this.#at(place(event.clientX, left, width), place(event.clientY, top, height), this.#adds.checked);
    });
  }

  use(store: Store): void {
    this.#store = store;
    this.refresh();
  }

  show(): void {
    this.#isShown = true;
    this.refresh();
  }

  hide(): void {
    this.#isShown = false;
  }

  refresh(): void {
    if (this.#isShown) void this.#try(async () => undefined);
  }

  /** Does something, and draws what is in the store then. */
  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.#points = await points(this.#store!);
      this.#draw();
    } catch (error) {
      this.#status.textContent = reason(error);
    }
  }

  #scatter(): Promise<void> {
    return this.#try(() => add(this.#store!, scattered(SCATTERED, this.#next())));
  }

  #next(): number {
    return 1 + Math.max(0, ...this.#points.map(({ id }) => Number(/^p(\d+)$/.exec(id)?.[1] ?? 0)));
  }

  async #at(x: number, y: number, adds: boolean): Promise<void> {
    [this.#x.value, this.#y.value] = [String(x), String(y)];
    if (adds) return this.#try(() => add(this.#store!, [{ id: `p${this.#next()}`, x, y }]));
    if (this.#points.length === 0) {
      this.#status.textContent = 'There are no points yet: scatter some, or add one.';
      return;
    }
    const count = Math.min(Math.max(Math.round(Number(this.#count.value)) || 1, 1), 50);
    try {
      const start = performance.now();
      const hits = await search(this.#store!, x, y, count);
      const took = performance.now() - start;
      this.#show(x, y, hits);
      this.#status.textContent = `${hits.length} neighbours of (${x}, ${y}) among ${this.#points.length} points in ${took.toFixed(1)} ms`;
      this.#command.textContent = searchCommand(x, y, count).join(' ');
    } catch (error) {
      this.#status.textContent = reason(error);
    }
  }

  #draw(): void {
    fill(this.#links);
    fill(this.#found);
    this.#command.textContent = '';
    fill(this.#dots, ...this.#points.map(({ x, y, id }) => svg('circle', { cx: x, cy: y, r: 0.8, 'data-id': id })));
    this.#status.textContent = this.#points.length === 0 ? 'There are no points yet.' : `${this.#points.length} points`;
    this.#plane.setAttribute('aria-label', `A plane with ${this.#points.length} points`);
  }

  #show(x: number, y: number, hits: readonly Hit[]): void {
    const places = new Map(this.#points.map((point) => [point.id, point]));
    const found = hits.flatMap((hit) => places.get(hit.id) ?? []);
    fill(
      this.#links,
      ...found.map((point) => svg('line', { x1: x, y1: y, x2: point.x, y2: point.y })),
      ...found.map((point) => svg('circle', { cx: point.x, cy: point.y, r: 1.2 })),
      svg('path', { d: `M${x - 2} ${y}h4M${x} ${y - 2}v4`, class: 'cross' }),
    );
    this.#plane.setAttribute(
      'aria-label',
      `A plane with ${this.#points.length} points; the nearest to (${x}, ${y}) are ${hits.map(({ id }) => id).join(', ')}`,
    );
    fill(
      this.#found,
      el(
        'table',
        {},
        el(
          'thead',
          {},
          el('tr', {}, el('th', { scope: 'col' }, 'id'), el('th', { scope: 'col', className: 'number' }, 'distance, squared')),
        ),
        el(
          'tbody',
          {},
          ...hits.map(({ id, distance }) =>
            el('tr', {}, el('td', {}, id), el('td', { className: 'number' }, distance.toFixed(3))),
          ),
        ),
      ),
    );
  }
}

function coordinate(id: string): HTMLInputElement {
  return el('input', { id, type: 'number', min: '0', max: String(SIDE), step: 'any', value: '50', required: true });
}
