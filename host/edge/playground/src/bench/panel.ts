import { button, el, fill, reason } from '../page/dom.js';
import type { Panel } from '../page/tabs.js';
import { measure, type Operation, type Result, type Way, WAYS } from './measure.js';

const OPERATIONS: Operation[] = ['set', 'get'];

/** How fast it is here: gets and sets beside a plain Map. */
export class BenchPanel implements Panel {
  readonly id = 'bench';
  readonly title = 'Benchmark';
  readonly element: HTMLElement;
  readonly #start: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  readonly #progress = el('progress', { max: 1, value: 0, 'aria-label': 'Progress' });
  readonly #status = el('p', { className: 'size', role: 'status' });
  readonly #table = el('div', {});
  #running: AbortController | undefined;

  constructor() {
    this.#start = button('Measure', () => void this.#measure(), { className: 'primary' });
    this.#stop = button('Stop', () => this.#running?.abort(), { disabled: true });
    this.element = el(
      'div',
      { className: 'bench' },
      el(
        'p',
        {},
        'Sets and gets values of 64 bytes under 10,000 keys, for a second in each way, in a store apart from yours. What is counted is the time of the calls, not that of the page in between.',
      ),
      el('div', { className: 'row' }, this.#start, this.#stop, this.#progress),
      this.#status,
      this.#table,
      el(
        'p',
        { className: 'size' },
        'A Map has no types, no times to live, no limits of memory and no snapshots: it is the floor, not a peer.',
      ),
    );
    this.#draw([]);
  }

  async #measure(): Promise<void> {
    const running = (this.#running = new AbortController());
    const results: Result[] = [];
    this.#busy(true);
    this.#draw(results);
    const step = (done: number, of: number, what: string) => {
      this.#progress.value = done / of;
      this.#status.textContent = what;
    };
    const result = (one: Result) => {
      results.push(one);
      this.#draw(results);
    };
    try {
      await measure(running.signal, step, result);
      if (running.signal.aborted) this.#status.textContent = 'Stopped';
    } catch (error) {
      this.#status.textContent = reason(error);
    }
    this.#busy(false);
  }

  #busy(isBusy: boolean): void {
    const focused = document.activeElement;
    this.#start.disabled = isBusy;
    this.#stop.disabled = !isBusy;
    if (focused === this.#start && isBusy) this.#stop.focus();
    if ((focused === this.#stop || focused === document.body) && !isBusy && !this.element.hidden)
      this.#start.focus({ preventScroll: true });
  }

  #draw(results: readonly Result[]): void {
    const find = (way: Way, operation: Operation) =>
      results.find((result) => result.way === way && result.operation === operation)?.perSecond;
    const cell = (way: Way, operation: Operation) => {
      const [value, floor] = [find(way, operation), find('map', operation)];
      if (value === undefined) return '–';
      const share = way !== 'map' && floor ? ` (1/${(floor / value).toFixed(floor / value < 10 ? 1 : 0)})` : '';
      return `${Math.round(value).toLocaleString('en')}${share}`;
    };
    fill(
      this.#table,
      el(
        'table',
        {},
        el(
          'thead',
          {},
          el(
            'tr',
            {},
            el('th', { scope: 'col' }, 'operations a second'),
            ...OPERATIONS.map((operation) => el('th', { scope: 'col', className: 'number' }, operation)),
          ),
        ),
        el(
          'tbody',
          {},
          ...(Object.keys(WAYS) as Way[]).map((way) =>
            el(
              'tr',
              {},
              el('th', { scope: 'row' }, WAYS[way]),
              ...OPERATIONS.map((operation) => el('td', { className: 'number' }, cell(way, operation))),
            ),
          ),
        ),
      ),
    );
  }
}
