import { button, el, fill } from '../page/dom.js';
import { keep, kept } from '../page/kept.js';
import type { Panel } from '../page/tabs.js';
import { print } from '../resp/print.js';
import type { Reply } from '../resp/reply.js';
import { EmbeddedStore } from '../store/embedded.js';
import type { Store } from '../store/store.js';
import { type Step, STEPS } from './steps.js';

/** So many changes of live keys stay to be seen. */
const MOST_CHANGES = 8;

/** The guided tour: steps with commands that a click runs in the command line. */
export class TourPanel implements Panel {
  readonly id = 'tour';
  readonly title = 'Tour';
  readonly element = el('div', { className: 'tour' });
  #store: Store | undefined;
  #stop: () => void = () => undefined;
  #at = Math.min(Number(kept('step') ?? 0) || 0, STEPS.length - 1);

  constructor(
    readonly run: (line: string) => Promise<Reply | null>,
    readonly open: (tab: string) => void,
  ) {}

  use(store: Store): void {
    this.#store = store;
    this.#draw();
  }

  #draw(): void {
    this.#stop();
    this.#stop = () => undefined;
    const step = STEPS[this.#at]!;
    const rows = step.commands.map((command) => this.#command(command));
    fill(
      this.element,
      el('p', { className: 'size' }, `Step ${this.#at + 1} of ${STEPS.length}`),
      el('h3', { tabIndex: -1 }, step.title),
      el('p', {}, step.text),
      el('ol', { className: 'steps' }, ...rows.map(({ row }) => row)),
      el(
        'div',
        { className: 'row' },
        button('Run all', () => void inOrder(rows)),
        step.tab && button(`Look at ${step.tab}`, () => this.open(step.tab!), { className: 'link' }),
      ),
      step.live ? this.#changes(step.live) : null,
      el(
        'nav',
        { className: 'row ends', 'aria-label': 'Steps' },
        button('Back', () => this.#go(-1), { disabled: this.#at === 0 }),
        button('Next', () => this.#go(1), { disabled: this.#at === STEPS.length - 1, className: 'primary' }),
      ),
    );
  }

  #go(by: number): void {
    this.#at += by;
    keep('step', String(this.#at));
    this.#draw();
    this.element.querySelector('h3')!.focus();
  }

  #command(command: string): { row: HTMLElement; run: () => Promise<void> } {
    const reply = el('pre', { className: 'reply', role: 'status' });
    const run = async () => {
      const answer = await this.run(command);
      reply.textContent = answer ? print(answer) : '';
      reply.classList.toggle('error', answer?.kind === 'error');
    };
    const row = el(
      'li',
      {},
      button(command, () => void run(), { className: 'command', title: 'Run it' }),
      reply,
    );
    return { row, run };
  }

  #changes(pattern: Step['live'] & string): HTMLElement {
    const told = el('ul', { className: 'changes', role: 'log', 'aria-label': 'Changes' });
    const store = this.#store!;
    const prefix = pattern.replace('*', '');
    const embedded = store instanceof EmbeddedStore ? store.db : undefined;
    if (!embedded)
      return el(
        'p',
        { className: 'size' },
        'A server tells of changes over RESP. Over HTTP it is asked every two seconds, so the order of events is not known here.',
      );
    const tell = ({ key, event }: { key: string; event: string | null }) => {
      told.prepend(el('li', {}, el('code', {}, event ?? ''), ` ${key.slice(prefix.length)}`));
      while (told.childElementCount > MOST_CHANGES) told.lastElementChild!.remove();
    };
    let isOver = false;
    let end: () => void = () => undefined;
    this.#stop = () => {
      isOver = true;
      end();
    };
    embedded.live(pattern, tell).then(
      (query) => {
        end = () => void query.stop();
        if (isOver) end();
      },
      () => undefined,
    );
    return told;
  }
}

async function inOrder(rows: { run: () => Promise<void> }[]): Promise<void> {
  for (const { run } of rows) await run();
}
