import { button, el, reason } from '../page/dom.js';
import { MOST_LINK, pack, unpack } from './codec.js';

/** The part of the tab Store that makes a link. */
export function linkMaker(lines: () => readonly string[]): HTMLElement {
  const link = el('input', {
    id: 'link',
    type: 'text',
    readOnly: true,
    placeholder: 'No link was made yet',
    onfocus: () => link.select(),
  });
  const told = el('p', { className: 'size', role: 'status' });
  const make = async () => {
    const all = lines();
    if (all.length === 0) {
      told.textContent = 'Run some commands first.';
      return;
    }
    const fragment = await pack(all);
    if (fragment.length > MOST_LINK) {
      link.value = '';
      told.textContent = `${all.length} commands make a link of ${fragment.length} characters; ${MOST_LINK} are the limit. Reload the page to begin anew.`;
      return;
    }
    link.value = location.href.replace(/#.*/, '') + fragment;
    told.textContent = `${all.length} commands, ${fragment.length} characters.`;
    await navigator.clipboard?.writeText(link.value).then(
      () => (told.textContent += ' It is in the clipboard.'),
      () => undefined,
    );
  };
  return el(
    'section',
    { 'aria-labelledby': 'link-title' },
    el('h3', { id: 'link-title' }, 'Share'),
    el(
      'p',
      {},
      'A link holds the commands of this visit behind its #, which browsers send to nobody. Whoever opens it is asked before they run.',
    ),
    el(
      'div',
      { className: 'row' },
      button('Make a link', () => void make()),
      el('label', { htmlFor: 'link', className: 'hidden' }, 'Link'),
      link,
    ),
    told,
  );
}

/** Asks whether the commands of the page's link may run. `where` names the store that they would run in. */
export async function offer(where: () => string, run: (lines: string[]) => void, refuse: (why: string) => void): Promise<void> {
  const fragment = location.hash;
  let lines: string[] | null;
  try {
    lines = await unpack(fragment);
  } catch (error) {
    refuse(`The link cannot be read: ${reason(error)}`);
    return;
  }
  if (!lines || lines.length === 0) return;
  const all = lines;
  const dialog = el(
    'dialog',
    {
      className: 'offer',
      'aria-labelledby': 'offer-title',
      onclose: () => {
        dialog.remove();
        // A reload does not ask again.
        history.replaceState(null, '', location.href.replace(/#.*/, ''));
        if (dialog.returnValue === 'run') run(all);
      },
    },
    el('h2', { id: 'offer-title' }, `Run ${all.length} ${all.length === 1 ? 'command' : 'commands'} of this link?`),
    el('p', {}, `Somebody else wrote them. They would run in: ${where()}.`),
    el('pre', { className: 'value', tabIndex: 0, 'aria-label': 'Commands' }, all.join('\n')),
    el(
      'div',
      { className: 'row ends' },
      button('No', () => dialog.close('no'), { autofocus: true }),
      button('Run them', () => dialog.close('run'), { className: 'primary' }),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}
