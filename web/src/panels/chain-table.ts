import { CONTACT_DISTANCE } from '#structure/quality/chain-contacts';
import { h } from '../page/dom.js';
import type { PanelContext } from './panel.js';

/** How each two chains lie to each other; nothing where there is one chain. A row selects both chains. */
export function chainTable({ result, selection }: PanelContext): HTMLElement | undefined {
  const { chainPairs = [] } = result.confidence;
  if (chainPairs.length === 0) return undefined;
  const { chains } = result.molecule;
  const residuesOf = (id: string): number[] => {
    const chain = chains.find((one) => one.id === id);
    return chain ? Array.from({ length: chain.count }, (_, i) => chain.first + i) : [];
  };
  const rows = chainPairs.map(({ chains: pair, iptm, pae, contacts }) => {
    const select = (): void => {
      selection.select(pair.flatMap(residuesOf));
    };
    const name = h('button', { type: 'button', class: 'quiet', on: { click: select } }, pair.join(' – ')); // prettier-ignore
    const cell = (text: string): HTMLElement => h('td', {}, text);
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      cell(iptm === undefined ? '–' : iptm.toFixed(2)),
      cell(`${pae.toFixed(1)} Å`),
      cell(String(contacts)),
    );
  });
  const head = (text: string): HTMLElement => h('th', { scope: 'col' }, text);
  return h(
    'figure',
    { class: 'chain-pairs' },
    h('figcaption', {}, 'Chains: how each two lie to each other'),
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, head('Chains'), head('ipTM'), head('PAE between'), head('Contacts'))), // prettier-ignore
      h('tbody', {}, ...rows),
    ),
    h(
      'p',
      { class: 'hint' },
      `ipTM: 0–1, above 0.8 is confident, below 0.6 a guess. Contacts: residue pairs with atoms within ${CONTACT_DISTANCE} Å.`,
    ),
  );
}
