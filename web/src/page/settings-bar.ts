import { h } from './dom.js';
import { icon } from './icons.js';
import { changeSettings, isDark, settings } from './settings.js';

/** Theme and palette, in the header. */
export function settingsBar(): HTMLElement[] {
  const safe = h('input', {
    type: 'checkbox',
    checked: settings().palette === 'safe',
    on: {
      change: () => {
        changeSettings({ palette: safe.checked ? 'safe' : 'usual' });
      },
    },
  });
  const theme = h(
    'button',
    {
      type: 'button',
      class: 'icon-button',
      'aria-label': 'Switch between light and dark',
      title: 'Switch between light and dark',
      on: {
        click: () => {
          changeSettings({ theme: isDark() ? 'light' : 'dark' });
        },
      },
    },
    icon('theme'),
  );
  return [h('label', { class: 'check' }, safe, h('span', {}, 'Colour-blind-safe')), theme];
}
