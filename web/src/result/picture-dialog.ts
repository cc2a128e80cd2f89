import { messageOf } from '#errors';
import { h, saveFile } from '../page/dom.js';
import type { Viewer } from '../viewer/viewer.js';

/** WebGL draws no larger than this everywhere. */
const LARGEST = 8192;

/** Asks for a size and saves the view as PNG with a transparent background. */
export function pictureDialog(viewer: Viewer, name: string): HTMLDialogElement {
  const { clientWidth, clientHeight } = viewer.stage.renderer.domElement;
  const size = (value: number): HTMLInputElement =>
    h('input', { type: 'number', min: 16, max: LARGEST, value, required: true });
  const [width, height] = [size(2 * clientWidth), size(2 * clientHeight)];
  const problem = h('p', { class: 'problem', role: 'alert' });
  const save = async (): Promise<void> => {
    try {
      const blob = await viewer.stage.exportPng(Number(width.value), Number(height.value));
      saveFile(blob, `${name}.png`);
      dialog.close();
    } catch (error) {
      problem.textContent = messageOf(error);
    }
  };
  const form = h(
    'form',
    { method: 'dialog' },
    h('h2', {}, 'Save picture'),
    h(
      'div',
      { class: 'fields' },
      h('label', { class: 'field' }, h('span', {}, 'Width, pixels'), width),
      h('label', { class: 'field' }, h('span', {}, 'Height, pixels'), height),
    ),
    h('p', { class: 'hint' }, 'PNG with a transparent background, as the molecule is turned now.'),
    problem,
    h(
      'div',
      { class: 'row end' },
      h(
        'button',
        {
          type: 'button',
          on: {
            click: () => {
              dialog.close();
            },
          },
        },
        'Cancel',
      ),
      h('button', { class: 'primary' }, 'Save'),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void save();
  });
  const dialog = h('dialog', { 'aria-label': 'Save picture' }, form);
  dialog.addEventListener('close', () => {
    dialog.remove();
  });
  return dialog;
}
