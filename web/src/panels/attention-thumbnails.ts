import type { AttentionHead, AttentionOverview } from '../server/api.js';
import { h } from '../page/dom.js';
import { attentionColour } from './ramps.js';

/** What the networks and their blocks are called. */
const NAMES = {
  'language-model': { network: 'Language model', block: 'Layer' },
  trunk: { network: 'Trunk', block: 'Block' },
} as const;

/** A head in words. */
export function headName({ network, block, head }: AttentionHead): string {
  const names = NAMES[network];
  return `${names.network}, ${names.block.toLowerCase()} ${block + 1}, head ${head + 1}`;
}

/** All heads of a model as small pictures, block after block. */
export interface AttentionThumbnails {
  readonly element: HTMLElement;
  /** Marks the head that is shown large. */
  readonly mark: (head: AttentionHead) => void;
}

/** @param choose called with the head that was clicked */
export function attentionThumbnails(
  { size, heads }: AttentionOverview,
  choose: (head: AttentionHead) => void,
): AttentionThumbnails {
  const buttons = new Map<string, HTMLButtonElement>();
  const element = h('div', { class: 'thumbnails' });
  let row: HTMLElement | undefined;
  for (const { network, block, head, thumbnail } of heads) {
    if (head === 0) {
      const { network: name, block: blockName } = NAMES[network];
      if (block === 0) element.append(h('h3', {}, name));
      row = h('div', { role: 'group', 'aria-label': `${name}, ${blockName} ${block + 1}` });
      element.append(h('span', { class: 'hint' }, `${blockName} ${block + 1}`), row);
    }
    const which = { network, block, head };
    const label = headName(which);
    const click = (): void => {
      choose(which);
    };
    const button = h(
      'button',
      { type: 'button', 'aria-label': label, title: label, 'aria-pressed': 'false', on: { click } },
      pictureOf(thumbnail, size),
    );
    buttons.set(label, button);
    row?.append(button);
  }
  return {
    element,
    mark: (shown) => {
      const label = headName(shown);
      for (const [name, button] of buttons)
        button.setAttribute('aria-pressed', String(name === label));
    },
  };
}

function pictureOf(thumbnail: Uint8Array, size: number): HTMLCanvasElement {
  const canvas = h('canvas', { width: size, height: size });
  const image = new ImageData(size, size);
  for (const [cell, shade] of thumbnail.entries())
    image.data.set([...attentionColour(shade / 255), 255], 4 * cell);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
}
