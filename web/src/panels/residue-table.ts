import { chainOf } from '../molecule/molecule.js';
import { h } from '../page/dom.js';
import type { SelectionState } from '../molecule/selection.js';
import type { Panel, PanelContext } from './panel.js';
import { residueText } from './residue-text.js';

/** Every residue in a row: what the pictures say, in numbers. */
export function residueTable({ result, selection, viewer }: PanelContext): Panel {
  const { molecule, codons } = result;
  const hasCodons = codons.some((codon) => codon);
  const boxes = Array.from({ length: molecule.numResidues }, (_, residue) =>
    h('input', {
      type: 'checkbox',
      'aria-label': `Select ${residueText(result, residue)}`,
      on: {
        change: () => {
          selection.toggle(residue);
        },
      },
    }),
  );
  const rows = boxes.map((box, residue) =>
    h(
      'tr',
      {
        on: {
          pointerenter: () => {
            selection.hover(residue);
          },
          dblclick: () => viewer?.focus([residue]),
        },
      },
      h('td', {}, box),
      h('td', {}, chainOf(molecule, residue)),
      h('td', { class: 'number' }, String(molecule.residueNumber[residue]!)),
      h(
        'th',
        { scope: 'row' },
        `${molecule.residueNames[residue]!} (${molecule.sequence.charAt(residue)})`,
      ),
      hasCodons ? h('td', { class: 'mono' }, codons[residue]?.codon ?? '–') : undefined,
      h('td', { class: 'number' }, molecule.plddt[residue]!.toFixed(1)),
      h('td', {}, molecule.secondary[residue]),
    ),
  );
  const head = [
    '',
    'Chain',
    'No.',
    'Residue',
    ...(hasCodons ? ['Codon'] : []),
    'pLDDT',
    'Structure',
  ];
  const show = ({ selected }: SelectionState): void => {
    boxes.forEach((box, residue) => {
      box.checked = selected.has(residue);
      rows[residue]!.classList.toggle('selected', box.checked);
    });
  };
  show(selection.state);
  const stop = selection.subscribe((state, before) => {
    if (state.selected !== before.selected) show(state);
  });
  const cell = (text: string): HTMLElement =>
    text === ''
      ? h('th', { scope: 'col' }, h('span', { class: 'unseen' }, 'Selected'))
      : h('th', { scope: 'col' }, text);
  return {
    element: h(
      'div',
      { class: 'table-frame', tabindex: 0, role: 'region', 'aria-label': 'Table of residues' },
      h('table', {}, h('thead', {}, h('tr', {}, ...head.map(cell))), h('tbody', {}, ...rows)),
    ),
    dispose: () => {
      stop();
    },
  };
}
