import { el, fill, reason } from '../page/dom.js';
import type { Panel } from '../page/tabs.js';
import { print } from '../resp/print.js';
import { items, text } from '../resp/reply.js';
import { split } from '../resp/words.js';
import type { Store } from '../store/store.js';
import { changes, picture } from './changes.js';
import { EXAMPLES } from './examples.js';

/** Functions: components that run inside of the store. It works with every store that answers WASM.LIST. */
export class FunctionsPanel implements Panel {
  readonly id = 'functions';
  readonly title = 'Functions';
  readonly element: HTMLElement;
  readonly #state = el('div', {});
  readonly #names = el('datalist', { id: 'function-names' });
  #store: Store | undefined;
  #isShown = false;

  constructor() {
    const examples = EXAMPLES.map(({ name, what, call }) =>
      el('li', {}, el('strong', {}, name), ` ${what}`, el('code', { className: 'call' }, call)),
    );
    this.element = el(
      'div',
      { className: 'functions' },
      el(
        'p',
        {},
        'A function is a WebAssembly component that runs inside of the store, beside the data: within limits of time and memory, with no rights but those it is given, and undone as a whole when it fails.',
      ),
      this.#state,
      this.#names,
      el('h3', {}, 'Examples'),
      el('p', { className: 'size' }, 'Their sources are in guest-sdk/examples of the project.'),
      el('ul', { className: 'examples' }, ...examples),
    );
  }

  use(store: Store): void {
    this.#store = store;
    if (this.#isShown) void this.#draw();
  }

  show(): void {
    this.#isShown = true;
    void this.#draw();
  }

  hide(): void {
    this.#isShown = false;
  }

  async #draw(): Promise<void> {
    const store = this.#store;
    if (!store) return;
    const loaded = await store.execute(['WASM.LIST']);
    if (store !== this.#store) return;
    if (loaded.kind === 'error') {
      const isUnknown = /unknown command/i.test(loaded.text);
      fill(
        this.#state,
        el(
          'p',
          { className: 'notice' },
          isUnknown && store.isEmbedded
            ? 'The store in this page has no functions for now: they need a server. Start one with ferrite serve --http PORT and connect to it in the tab Store.'
            : loaded.text,
        ),
      );
      return;
    }
    const names = items(loaded).map(text);
    fill(this.#names, ...names.map((name) => el('option', { value: name })));
    fill(
      this.#state,
      el('h3', {}, 'Loaded'),
      names.length === 0
        ? el('p', {}, 'None yet.')
        : el('ul', { className: 'plain' }, ...names.map((name) => el('li', {}, el('code', {}, name)))),
      this.#loader(store),
      this.#caller(store),
    );
  }

  #loader(store: Store): HTMLElement {
    const name = el('input', {
      id: 'load-name',
      type: 'text',
      autocomplete: 'off',
      spellcheck: false,
      required: true,
      pattern: '[A-Za-z0-9_.\\-]{1,64}',
    });
    const options = el('input', {
      id: 'load-options',
      type: 'text',
      autocomplete: 'off',
      spellcheck: false,
      value: 'REPLACE PERMISSIONS READ WRITE',
    });
    const file = el('input', {
      id: 'load-file',
      type: 'file',
      accept: '.wasm,application/wasm',
      required: true,
      onchange: () => {
        name.value ||= file.files?.[0]?.name.replace(/\.wasm$/, '') ?? '';
      },
    });
    const told = el('pre', { className: 'reply', role: 'status' });
    const load = async () => {
      const words = split(options.value);
      const bytes = new Uint8Array(await file.files![0]!.arrayBuffer());
      if (!words) throw new Error('Invalid argument(s)');
      const reply = await store.execute(['WASM.LOAD', name.value, bytes, ...words]);
      told.textContent = print(reply);
      if (reply.kind !== 'error') await this.#draw();
    };
    return form(
      'Load a component',
      load,
      told,
      field('load-file', 'File', file),
      field('load-name', 'Name', name),
      field('load-options', 'Options', options),
      el('button', { type: 'submit' }, 'Load'),
    );
  }

  #caller(store: Store): HTMLElement {
    const input = (id: string, props = {}) =>
      el('input', { id, type: 'text', autocomplete: 'off', spellcheck: false, ...props });
    const name = input('call-name', { required: true, list: undefined });
    name.setAttribute('list', 'function-names');
    const [keys, args] = [input('call-keys'), input('call-args')];
    const told = el('pre', { className: 'reply', role: 'status' });
    const call = async () => {
      const [before, after] = [split(keys.value), split(args.value)];
      if (!before || !after) throw new Error('Invalid argument(s)');
      const old = await picture(store);
      const reply = await store.execute([
        'WASM.CALL',
        name.value,
        ...(before.length ? ['KEYS', ...before] : []),
        ...(after.length ? ['ARGS', ...after] : []),
      ]);
      const fresh = await picture(store);
      const changed = changes(old, fresh);
      const among = old.isWhole && fresh.isWhole ? '' : ` among the ${old.values.size} keys looked at`;
      told.textContent = `${print(reply)}\n\n${changed.length === 0 ? `No key changed${among}.` : `Keys that changed${among}:\n${changed.join('\n')}`}`;
    };
    return form(
      'Call',
      call,
      told,
      field('call-name', 'Function', name),
      field('call-keys', 'KEYS', keys),
      field('call-args', 'ARGS', args),
      el('button', { type: 'submit', className: 'primary' }, 'Call'),
    );
  }
}

const field = (id: string, label: string, input: HTMLElement): HTMLElement =>
  el('div', { className: 'field' }, el('label', { htmlFor: id }, label), input);

function form(title: string, act: () => Promise<void>, told: HTMLElement, ...children: HTMLElement[]): HTMLElement {
  return el(
    'form',
    {
      className: 'fields',
      onsubmit: (event: Event) => {
        event.preventDefault();
        act().catch((error: unknown) => {
          told.textContent = `(error) ${reason(error)}`;
        });
      },
    },
    el('h3', {}, title),
    ...children,
    told,
  );
}
