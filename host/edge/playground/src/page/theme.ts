import { el } from './dom.js';
import { keep, kept } from './kept.js';

const THEMES = ['system', 'light', 'dark'] as const;

/** The switch between light, dark and what the system says. */
export function themeSwitch(): HTMLElement {
  const apply = (theme: string) => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  };
  const current = kept('theme') ?? 'system';
  apply(current);
  const select = el(
    'select',
    {
      id: 'theme',
      onchange: () => {
        apply(select.value);
        keep('theme', select.value);
      },
    },
    ...THEMES.map((theme) => el('option', { value: theme, selected: theme === current }, theme)),
  );
  return el('span', { className: 'theme' }, el('label', { htmlFor: 'theme' }, 'Theme'), select);
}
