import { Ferrite } from '@ferritelabs/ferrite-wasm';
import { button, el, reason } from '../page/dom.js';
import { EmbeddedStore } from '../store/embedded.js';
import { forget, save, saved } from './database.js';

/** What keeping data needs of the page. */
export interface Keeper {
  embedded(): EmbeddedStore;
  /** Another embedded store takes the place of the one before. */
  replace(store: EmbeddedStore): void;
}

/** A store with what was saved last; null where nothing was. Throws where it is damaged. */
export async function restoreSaved(): Promise<EmbeddedStore | null> {
  const snapshot = await saved();
  return snapshot ? new EmbeddedStore(await Ferrite.restore(snapshot.bytes)) : null;
}

/** The part of the tab Store that keeps data. */
export function files(keeper: Keeper): HTMLElement {
  const told = el('p', { className: 'size', role: 'status' });
  const doing = (act: () => Promise<string>) => () => {
    act().then(
      (words) => (told.textContent = words),
      (error: unknown) => (told.textContent = reason(error)),
    );
  };
  const file = el('input', { id: 'upload', type: 'file', accept: '.rdb', onchange: () => upload() });
  const upload = doing(async () => {
    const chosen = file.files?.[0];
    if (!chosen) return '';
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    file.value = '';
    keeper.replace(new EmbeddedStore(await Ferrite.restore(bytes)));
    return `The store is that of ${chosen.name} now.`;
  });
  const keep = doing(async () => {
    const bytes = await keeper.embedded().db.dump();
    await save({ bytes, at: Date.now() });
    return `Saved ${bytes.length} bytes in this browser. They are loaded when the page is opened again.`;
  });
  const load = doing(async () => {
    const store = await restoreSaved();
    if (!store) return 'Nothing was saved yet.';
    keeper.replace(store);
    return 'The store is as it was saved.';
  });
  const download = doing(async () => {
    const bytes = await keeper.embedded().db.dump();
    const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }));
    el('a', { href: url, download: 'ferrite.rdb' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
    return `${bytes.length} bytes, as Redis and the Ferrite server read them.`;
  });
  const clear = doing(async () => {
    await forget();
    return 'What was saved is gone from this browser; the store is as it is.';
  });
  return el(
    'section',
    { 'aria-labelledby': 'files-title' },
    el('h3', { id: 'files-title' }, 'Keep the data'),
    el('p', {}, 'The embedded store lives in this page and goes with it, unless it is saved.'),
    el(
      'div',
      { className: 'row' },
      button('Save', keep, { className: 'primary' }),
      button('Load', load),
      button('Forget what was saved', clear),
    ),
    el('div', { className: 'row' }, button('Download .rdb', download), el('label', { htmlFor: 'upload' }, 'Upload .rdb'), file),
    told,
  );
}
