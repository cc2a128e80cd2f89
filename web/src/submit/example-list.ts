import { h } from '../page/dom.js';
import { EXAMPLES } from './examples.js';

/** @param choose takes an example's FASTA */
export function exampleList(choose: (fasta: string) => void): HTMLElement {
  const list = h('ul', { class: 'examples' });
  for (const { label, detail, fasta } of EXAMPLES) {
    const pick = (): void => {
      choose(fasta);
    };
    list.append(
      h(
        'li',
        {},
        h(
          'button',
          { type: 'button', on: { click: pick } },
          h('b', {}, label),
          h('span', {}, detail),
        ),
      ),
    );
  }
  return h('section', { class: 'card' }, h('h2', {}, 'Examples'), list, galleryLink());
}

function galleryLink(): HTMLElement {
  const label = 'Learn to read confidence: predictions beside their experiments';
  return h('p', { class: 'more' }, h('a', { href: '/?gallery=', 'data-route': true }, label));
}
