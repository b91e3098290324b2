import { BenchPanel } from '../bench/panel.js';
import { Console } from '../console/console.js';
import { FunctionsPanel } from '../functions/panel.js';
import { KeysPanel } from '../keys/panel.js';
import { files, restoreSaved } from '../saved/files.js';
import { linkMaker, offer } from '../share/link.js';
import { connecting } from '../store/connect.js';
import { EmbeddedStore } from '../store/embedded.js';
import type { Store } from '../store/store.js';
import { TourPanel } from '../tour/panel.js';
import { VectorsPanel } from '../vectors/panel.js';
import { button, el, reason } from './dom.js';
import { keepOffline } from './offline.js';
import { type Panel, Tabs } from './tabs.js';
import { themeSwitch } from './theme.js';

/** Puts the page together. */
export async function start(): Promise<void> {
  let problem: unknown;
  let embedded =
    (await restoreSaved().catch((error: unknown) => {
      problem = error;
      return null;
    })) ?? new EmbeddedStore();
  let current: Store = embedded;

  const name = el('span', { className: 'where' });
  const count = el('span', { className: 'count' });
  const line = new Console(current);
  const keys = new KeysPanel(count);
  const vectors = new VectorsPanel();
  const functions = new FunctionsPanel();
  const tour = new TourPanel(
    (command) => line.run(command),
    (tab) => tabs.select(tab),
  );

  const use = (store: Store) => {
    current = store;
    name.textContent = store.name;
    void keys.use(store);
    for (const panel of [vectors, functions, tour]) panel.use(store);
  };
  const turnTo = (store: Store) => {
    use(store);
    line.use(store);
    server.show(store);
  };
  const replace = (store: EmbeddedStore) => {
    const old = embedded;
    embedded = store;
    turnTo(store);
    old.close();
  };
  const server = connecting({ connect: turnTo, disconnect: () => turnTo(embedded) });
  const storePanel: Panel = {
    id: 'store',
    title: 'Store',
    element: el(
      'div',
      { className: 'store' },
      files({ embedded: () => embedded, replace }),
      server.element,
      linkMaker(() => line.lines),
    ),
  };
  // Functions of `use` run before the tabs are there: nothing is shown then.
  use(current);
  const tabs = new Tabs([tour, keys, vectors, functions, new BenchPanel(), storePanel]);
  line.onCommand = () => {
    // FLUSHALL and others notify of no key.
    keys.refresh();
    vectors.refresh();
  };

  document.body.replaceChildren(
    el(
      'a',
      {
        className: 'skip',
        href: '#line',
        onclick: (event: Event) => {
          event.preventDefault();
          line.focus();
        },
      },
      'Skip to the command line',
    ),
    el(
      'header',
      {},
      el('h1', {}, 'Ferrite ', el('span', {}, 'playground')),
      el('p', { className: 'status' }, name, ' ', count),
      themeSwitch(),
    ),
    el('main', {}, line.element, tabs.element),
  );

  if (problem) line.note(`What was saved cannot be loaded: ${reason(problem)}`);
  embedded.db.ready().catch((error: unknown) => line.note(reason(error)));
  const runAll = async (lines: string[]) => {
    for (const one of lines) await line.run(one);
  };
  const ask = () =>
    void offer(
      () => (current.isEmbedded ? 'the embedded store, in this page' : `the server ${current.name}`),
      (lines) => void runAll(lines),
      (why) => line.note(why),
    );
  window.addEventListener('hashchange', ask);
  ask();
  keepOffline((renew) => document.querySelector('header')!.append(button('Use the new version', renew)));
}
