import { el, button, fill, reason } from '../page/dom.js';
import { type Reply, text } from '../resp/reply.js';
import { print } from '../resp/print.js';
import { split } from '../resp/words.js';
import type { Session, Store } from '../store/store.js';
import { Commands } from './docs.js';
import { help } from './help.js';
import { History, isSecret } from './history.js';

/** So many entries stay in the window. */
const MOST_ENTRIES = 300;
/** A reply that takes so long has a button to give it up. */
const PATIENCE_MS = 800;
const MOST_CANDIDATES = matchMedia('(max-width: 40rem)').matches ? 5 : 12;

/** The command line. */
export class Console {
  readonly element: HTMLElement;
  /** What was run in this visit, for a link. */
  readonly lines: string[] = [];
  /** Is told after each command. */
  onCommand: () => void = () => undefined;
  readonly #log = el('div', { className: 'log', role: 'log', tabIndex: 0, 'aria-label': 'Commands and replies' });
  readonly #prompt = el('label', { className: 'prompt', htmlFor: 'line' }, 'ferrite>');
  readonly #input = el('input', {
    id: 'line',
    name: 'line',
    type: 'text',
    autocomplete: 'off',
    spellcheck: false,
    autocapitalize: 'none',
    enterKeyHint: 'go',
    'aria-describedby': 'hint',
    'aria-label': 'Command',
  });
  readonly #hint = el('div', { id: 'hint', className: 'hint' });
  readonly #history = new History();
  #store: Store;
  #session: Session | undefined;
  #commands: Promise<Commands> | undefined;
  #known = new Commands(new Map());
  #database = 0;
  #isQueueing = false;
  #waiting = 0;

  constructor(store: Store) {
    this.#store = store;
    const form = el(
      'form',
      { className: 'line', onsubmit: (event: Event) => this.#submit(event) },
      this.#prompt,
      this.#input,
      el('button', { type: 'submit', className: 'primary' }, 'Run'),
    );
    this.element = el(
      'section',
      { className: 'console', 'aria-labelledby': 'console-title' },
      el('h2', { id: 'console-title', className: 'hidden' }, 'Command line'),
      this.#log,
      form,
      this.#hint,
    );
    this.#input.addEventListener('keydown', (event) => this.#key(event));
    this.#input.addEventListener('input', () => this.#showHint());
    this.#input.addEventListener('focus', () => this.#learn());
    this.#showHint();
    this.note('A Redis-compatible store runs in this page. Type a command, such as SET greeting hello, or take the tour.');
  }

  /** Works on another store from here on. */
  use(store: Store): void {
    this.interrupt();
    this.#store = store;
    this.#commands = undefined;
    this.note(`This is the ${store.isEmbedded ? store.name : `server ${store.name}`} now.`);
  }

  focus(): void {
    this.#input.focus();
  }

  /** Says something that is no reply. */
  note(words: string): void {
    this.#append(el('p', { className: 'note' }, words));
  }

  /** Runs a line, as if it was typed. */
  async run(line: string): Promise<Reply | null> {
    const [command = '', ...rest] = line.trim().split(/\s+/);
    if (command === '') return null;
    if (command.toLowerCase() === 'clear' && rest.length === 0) {
      fill(this.#log);
      return null;
    }
    const shown = el('pre', { className: 'reply' });
    this.#append(
      el(
        'div',
        { className: 'entry' },
        el('div', { className: 'typed' }, el('span', { className: 'prompt' }, `${this.#prompt.textContent} `), line),
        shown,
      ),
    );
    if (/^(help|\?)$/i.test(command)) {
      await this.#learn();
      shown.textContent = help(this.#known, rest.join(' '));
      this.#scroll();
      return null;
    }
    const words = split(line);
    if (!words) {
      shown.textContent = 'Invalid argument(s)';
      return null;
    }
    if (!isSecret(line)) this.lines.push(line);
    const reply = await this.#execute(words, shown);
    this.#follow(
      words.map((word) => new TextDecoder().decode(word).toLowerCase()),
      reply,
    );
    this.#scroll();
    this.onCommand();
    return reply;
  }

  /** Gives up what is waited for, with the session: its transaction and subscriptions, too. */
  interrupt(): void {
    this.#session?.close();
    this.#session = undefined;
    this.#database = 0;
    this.#isQueueing = false;
    this.#showPrompt();
  }

  async #execute(words: Uint8Array[], shown: HTMLElement): Promise<Reply> {
    const start = performance.now();
    const patience = setTimeout(
      () =>
        fill(
          shown,
          'waiting … ',
          button('Give up', () => this.interrupt()),
        ),
      PATIENCE_MS,
    );
    let reply: Reply;
    this.#waiting++;
    // Like redis-cli: what was ended is opened again by the next command.
    if (this.#session?.isClosed) this.interrupt();
    try {
      this.#session ??= this.#store.session((push) => this.#append(el('pre', { className: 'reply push' }, print(push))));
      reply = await this.#session.execute(words);
    } catch (error) {
      reply = { kind: 'error', text: reason(error) };
    }
    this.#waiting--;
    clearTimeout(patience);
    const seconds = (performance.now() - start) / 1000;
    shown.textContent = print(reply) + (seconds >= 0.5 ? `\n(${seconds.toFixed(2)}s)` : '');
    shown.classList.toggle('error', reply.kind === 'error');
    return reply;
  }

  /** What the prompt shows: the database, and whether commands are queued. */
  #follow([command, database]: string[], reply: Reply): void {
    if (reply.kind === 'error' && !['exec', 'discard'].includes(command!)) return;
    if (command === 'select' && text(reply) === 'OK') this.#database = Number(database);
    if (command === 'multi') this.#isQueueing = true;
    if (['exec', 'discard', 'reset'].includes(command!)) this.#isQueueing = false;
    if (command === 'reset') this.#database = 0;
    if (['hello', 'reset'].includes(command!)) this.#commands = undefined;
    this.#showPrompt();
  }

  #showPrompt(): void {
    this.#prompt.textContent = `ferrite${this.#database ? `[${this.#database}]` : ''}${this.#isQueueing ? '(TX)' : ''}>`;
  }

  #submit(event: Event): void {
    event.preventDefault();
    const line = this.#input.value.trim();
    if (line === '') return;
    this.#history.add(line);
    this.#input.value = '';
    this.#showHint();
    void this.run(line);
  }

  #key(event: KeyboardEvent): void {
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey;
    if (isPlain && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      this.#put(this.#history.move(event.key === 'ArrowUp' ? -1 : 1, this.#input.value));
    } else if (isPlain && event.key === 'Tab' && this.#complete()) {
      event.preventDefault();
    } else if (event.ctrlKey && event.key === 'c' && this.#input.selectionStart === this.#input.selectionEnd) {
      if (this.#waiting > 0) this.interrupt();
      this.#put('');
    } else if (event.ctrlKey && event.key === 'l') {
      event.preventDefault();
      void this.run('clear');
    }
  }

  /** Tab writes as much as is certain. Where nothing is, it goes on to the next control: nobody is trapped here. */
  #complete(): boolean {
    const typed = this.#input.value;
    const candidates = this.#known.complete(typed);
    const [first] = candidates;
    if (first === undefined || this.#input.selectionEnd !== typed.length) return false;
    let common = first;
    for (const name of candidates) while (!name.startsWith(common)) common = common.slice(0, -1);
    const written = candidates.length === 1 ? `${common} ` : common;
    if (written.trimEnd().length <= typed.trim().length && written.trimEnd() === typed.trim().toUpperCase()) return false;
    this.#put(written);
    return true;
  }

  #put(line: string): void {
    this.#input.value = line;
    this.#input.setSelectionRange(line.length, line.length);
    this.#showHint();
  }

  #learn(): Promise<void> {
    const store = this.#store;
    this.#commands ??= Commands.of(store);
    return this.#commands.then(
      (commands) => {
        if (store === this.#store) this.#known = commands;
        this.#showHint();
      },
      () => undefined,
    );
  }

  #showHint(): void {
    const typed = this.#input.value;
    const found = this.#known.find(typed);
    const candidates = this.#known.complete(typed).filter((name) => name !== found?.name);
    if (typed.trim() === '')
      fill(this.#hint, el('span', { className: 'summary' }, 'Tab completes. help and help COMMAND say more.'));
    else if (found && (candidates.length === 0 || /\s/.test(typed.trimStart()))) {
      fill(this.#hint, el('code', {}, found.syntax), el('span', { className: 'summary' }, found.summary));
    } else {
      const shown = candidates.slice(0, MOST_CANDIDATES).map((name) =>
        button(
          name,
          () => {
            this.#put(`${name} `);
            this.focus();
          },
          { tabIndex: -1, className: 'candidate' },
        ),
      );
      const rest = candidates.length - shown.length;
      fill(this.#hint, found ? el('code', {}, found.syntax) : null, ...shown, rest > 0 ? `and ${rest} more` : null);
    }
  }

  #append(entry: HTMLElement): void {
    this.#log.append(entry);
    while (this.#log.childElementCount > MOST_ENTRIES) this.#log.firstElementChild!.remove();
    this.#scroll();
  }

  #scroll(): void {
    this.#log.scrollTop = this.#log.scrollHeight;
  }
}
