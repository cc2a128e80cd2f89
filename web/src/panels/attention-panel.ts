import type { AttentionMap } from '#predict/prediction';
import { announce } from '../page/announce.js';
import { h } from '../page/dom.js';
import type { AttentionSource } from '../data/result.js';
import { contactShares, type ContactShare } from './contact-shares.js';
import { CONTACT } from './contact-panel.js';
import { pseudoBetaDistances } from './distances.js';
import { MatrixMap } from './matrix-map.js';
import type { Panel, PanelContext } from './panel.js';
import { attentionColour, distanceColour } from './ramps.js';
import { strongestLinks } from './strongest-links.js';

const EXPLANATION =
  'Each residue sends out a query (“what do I need to know?”) and offers a key (“what can I tell?”) and a value (the ' +
  'telling). Where a query and a key match, the value flows: row i shows how much residue i draws from each residue j. ' +
  'The trunk was trained on structures, so it was taught distances. Compare the map with the distances beside it, which are those ' +
  'of this prediction, to see which heads follow contacts.';

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function inWords({ name, apart, touching, byChance }: ContactShare): string {
  return `Of this head’s strongest ${name}, ${percent(touching)} are closer than ${CONTACT} Å (${apart}; by chance ${percent(byChance)}).`;
}

/** Attention of one block and head beside the contacts, its strongest links drawn in 3D. */
export function attentionPanel(context: PanelContext, source: AttentionSource): Panel {
  const { molecule } = context.result;
  const size = molecule.numResidues;
  const distances = pseudoBetaDistances(molecule);
  let top = 1;
  let shown: AttentionMap | undefined;
  let pending = new AbortController();
  const map = new MatrixMap(context, new Float32Array(size * size), {
    title: 'Attention',
    axes: 'Row: the residue that asks; column: the residue that answers.',
    colour: (value) => attentionColour(value / top),
    describe: (value) => `attention ${(100 * value).toFixed(1)} %`,
  });
  const contacts = new MatrixMap(context, distances, {
    title: 'Distances',
    axes: `Dark: closer than ${CONTACT} Å in the structure.`,
    colour: (value) => distanceColour(value, 3 * CONTACT),
    describe: (value) => (Number.isNaN(value) ? 'not placed' : `${value.toFixed(1)} Å`),
  });
  const status = h('p', { class: 'hint', role: 'status' });
  const number = (label: string, last: number, value: number) =>
    h(
      'label',
      { class: 'field' },
      h('span', {}, label),
      h('input', {
        type: 'range',
        min: 0,
        max: last,
        value,
        step: 1,
        on: { input: () => void load() },
      }),
      h('output', {}, String(value + 1)),
    );
  const block = number('Block', source.numBlocks - 1, source.numBlocks - 1);
  const head = number('Head', source.numHeads - 1, 0);
  const links = h('input', {
    type: 'range',
    min: 0,
    max: 60,
    value: 20,
    step: 5,
    on: {
      input: () => {
        drawLinks();
      },
    },
  });
  const valueOf = (field: HTMLElement): number => {
    const value = Number(field.querySelector('input')!.value);
    field.querySelector('output')!.textContent = String(value + 1);
    return value;
  };
  const drawLinks = (): void => {
    if (context.viewer && shown)
      context.viewer.links = strongestLinks(shown.weights, Number(links.value));
  };
  const load = async (): Promise<void> => {
    pending.abort();
    pending = new AbortController();
    const { signal } = pending;
    const select = { block: valueOf(block), head: valueOf(head) };
    status.textContent = 'Loading…';
    try {
      shown = await source.fetch(select, signal);
    } catch (error) {
      if (!signal.aborted)
        status.textContent = error instanceof Error ? error.message : String(error);
      return;
    }
    top = shown.weights.reduce((most, weight) => Math.max(most, weight), 1e-6);
    map.values = shown.weights;
    drawLinks();
    status.textContent = contactShares(shown.weights, distances, CONTACT).map(inWords).join(' ');
    announce(`Block ${select.block + 1}, head ${select.head + 1}. ${status.textContent}`);
  };
  void load();
  return {
    element: h(
      'div',
      { class: 'panel-stack' },
      h(
        'div',
        { class: 'fields' },
        block,
        head,
        h('label', { class: 'field' }, h('span', {}, 'Links in 3D'), links),
      ),
      status,
      h('div', { class: 'pair' }, map.element, contacts.element),
      h('p', { class: 'prose' }, EXPLANATION),
    ),
    dispose: () => {
      pending.abort();
      map.dispose();
      contacts.dispose();
      if (context.viewer) context.viewer.links = [];
    },
  };
}
