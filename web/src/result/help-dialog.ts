import { h } from '../page/dom.js';

const KEYS = [
  ['← →', 'previous, next residue'],
  ['↑ ↓', 'ten residues back, on'],
  ['Shift + arrows', 'extend the selection'],
  ['Alt + arrows', 'turn the molecule'],
  ['+ −', 'nearer, farther'],
  ['Enter', 'fly to the selection'],
  ['R', 'reset the view'],
  ['S', 'spin'],
  ['M', 'measure 2, 3 or 4 selected residues'],
  ['Esc', 'select nothing'],
] as const;
const POINTER = [
  ['drag', 'turn'],
  ['right drag, two fingers', 'move'],
  ['wheel, pinch', 'nearer, farther'],
  ['click, Shift-click', 'select, add'],
  ['double click', 'fly there'],
] as const;

/** What keys and pointer do in the 3D view. */
export function helpDialog(): HTMLDialogElement {
  const list = (entries: readonly (readonly [string, string])[]): HTMLElement =>
    h(
      'dl',
      { class: 'keys' },
      ...entries.map(([key, meaning]) =>
        h('div', {}, h('dt', {}, h('kbd', {}, key)), h('dd', {}, meaning)),
      ),
    );
  const dialog = h(
    'dialog',
    { 'aria-label': 'Keys and gestures' },
    h('h2', {}, 'Keys and gestures'),
    h('div', { class: 'pair' }, list(KEYS), list(POINTER)),
    h('form', { method: 'dialog', class: 'row end' }, h('button', { class: 'primary' }, 'Close')),
  );
  dialog.addEventListener('close', () => {
    dialog.remove();
  });
  return dialog;
}
