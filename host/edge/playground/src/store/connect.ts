import { el, button, reason } from '../page/dom.js';
import { expectStore, RemoteStore } from './remote.js';
import type { Store } from './store.js';

/** What connecting needs of the page. */
export interface Connector {
  connect(store: Store): void;
  disconnect(): void;
}

/** The part of the tab Store that connects to a server. The token stays in the session of this browser tab. */
export function connecting(page: Connector): { element: HTMLElement; show(store: Store): void } {
  const address = el('input', {
    id: 'address',
    type: 'text',
    inputMode: 'url',
    autocomplete: 'off',
    spellcheck: false,
    placeholder: location.origin,
    value: remembered('address'),
  });
  const token = el('input', { id: 'token', type: 'password', autocomplete: 'off', value: remembered('token') });
  const told = el('p', { className: 'size', role: 'status' });
  const leave = button(
    'Back to the embedded store',
    () => {
      page.disconnect();
      join.focus();
    },
    { disabled: true },
  );
  const join = el('button', { type: 'submit', className: 'primary' }, 'Connect');
  const connect = async () => {
    const store = new RemoteStore(address.value, token.value);
    told.textContent = `Asking ${store.name} …`;
    await expectStore(store);
    remember('address', address.value);
    remember('token', token.value);
    page.connect(store);
  };
  const element = el(
    'section',
    { 'aria-labelledby': 'server-title' },
    el('h3', { id: 'server-title' }, 'A server'),
    el(
      'p',
      {},
      'Start one with ',
      el('code', {}, 'ferrite serve --http PORT'),
      '. Leave the address empty for the server that this page came from.',
    ),
    el(
      'form',
      {
        className: 'fields',
        onsubmit: (event: Event) => {
          event.preventDefault();
          connect().catch((error: unknown) => {
            told.textContent = reason(error);
          });
        },
      },
      el('div', { className: 'field' }, el('label', { htmlFor: 'address' }, 'Address'), address),
      el('div', { className: 'field' }, el('label', { htmlFor: 'token' }, 'Token'), token),
      el('div', { className: 'row' }, join, leave),
    ),
    told,
  );
  const show = (store: Store) => {
    leave.disabled = store.isEmbedded;
    told.textContent = store.isEmbedded ? '' : `Connected to ${store.name}.`;
  };
  return { element, show };
}

function remembered(name: string): string {
  try {
    return sessionStorage.getItem(`ferrite.${name}`) ?? '';
  } catch {
    return '';
  }
}

function remember(name: string, value: string): void {
  try {
    sessionStorage.setItem(`ferrite.${name}`, value);
  } catch {
    // It is asked for again.
  }
}
