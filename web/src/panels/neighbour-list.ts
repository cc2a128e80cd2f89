import type { Neighbour } from '#client/index';
import { messageOf } from '#errors';
import { h } from '../page/dom.js';
import { predictionUrl } from '../page/page.js';
import { plural } from '../page/text.js';

function row({ prediction, similarity }: Neighbour, superpose: () => void): HTMLElement {
  const { id, name, numResidues, meanPlddt } = prediction;
  const facts = [
    `similarity ${similarity.toFixed(2)}`,
    plural(numResidues, 'residue'),
    ...(meanPlddt === undefined ? [] : [`pLDDT ${meanPlddt.toFixed(0)}`]),
  ];
  return h(
    'li',
    {},
    h(
      'a',
      { href: predictionUrl(id), 'data-route': true },
      h('b', {}, name),
      h('span', { class: 'hint' }, facts.join(' · ')),
    ),
    h(
      'button',
      { type: 'button', 'aria-label': `Superpose ${name}`, on: { click: superpose } },
      'Superpose',
    ),
  );
}

/**
 * Predictions of this browser whose sequences resemble this one.
 *
 * @param find asks for them, nearest first
 * @param superpose called with the one to be compared
 */
export function neighbourList(
  find: (signal: AbortSignal) => Promise<readonly Neighbour[]>,
  superpose: (id: string, name: string) => void,
): { readonly element: HTMLElement; readonly dispose: () => void } {
  const leaving = new AbortController();
  const note = h(
    'p',
    { class: 'hint' },
    'Your predictions on this server whose sequences resemble this one; 1 is the same sequence.',
  );
  const list = h('ul', { class: 'predictions' });
  const element = h('section', { class: 'neighbours' }, h('h2', {}, 'Neighbours'), note, list);
  find(leaving.signal).then(
    (neighbours) => {
      if (neighbours.length === 0)
        note.textContent = 'None of your other predictions on this server resembles this one.';
      list.append(
        ...neighbours.map((neighbour) =>
          row(neighbour, () => {
            superpose(neighbour.prediction.id, neighbour.prediction.name);
          }),
        ),
      );
    },
    (error: unknown) => {
      if (!leaving.signal.aborted) note.textContent = messageOf(error);
    },
  );
  return {
    element,
    dispose: () => {
      leaving.abort();
    },
  };
}
