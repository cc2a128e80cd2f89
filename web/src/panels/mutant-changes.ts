import type { Molecule } from '../molecule/molecule.js';
import { h } from '../page/dom.js';
import type { MoleculeComparison } from './comparison.js';
import { signed } from '../page/text.js';

/** Below this mean pLDDT a fold is no more than a guess. */
const CONFIDENT = 70;
/** So many of the residues that changed most are listed. */
const MOST_LISTED = 8;

/** How a residue of a mutant differs from that of the wild type. */
interface ResidueChange {
  readonly residue: number;
  /** Between CA atoms once superposed, Å. */
  readonly distance: number;
  /** pLDDT of the mutant less that of the wild type. */
  readonly plddt: number;
}

/** What changed at each residue of the chain that was compared. */
export function changesOf(
  mutant: Molecule,
  { comparison, referencePlddt }: Pick<MoleculeComparison, 'comparison' | 'referencePlddt'>,
): ResidueChange[] {
  return comparison.residues.map(({ structure: residue, distance }) => ({
    residue,
    distance,
    plddt: mutant.plddt[residue]! - referencePlddt[residue]!,
  }));
}

/** The residues that moved most, and how the confidence of each changed. */
export function changesTable(mutant: Molecule, changes: readonly ResidueChange[]): HTMLElement {
  const change = mean(changes.map(({ plddt }) => plddt));
  const most = changes.toSorted((a, b) => b.distance - a.distance).slice(0, MOST_LISTED);
  const cell = (text: string): HTMLElement => h('td', {}, text);
  const rows = most.map(({ residue, distance, plddt }) =>
    h(
      'tr',
      {},
      h(
        'th',
        { scope: 'row' },
        `${mutant.sequence.charAt(residue)}${mutant.residueNumber[residue]!}`,
      ),
      cell(`${distance.toFixed(2)} Å`),
      cell(signed(plddt)),
    ),
  );
  const headings = ['Residue', 'CA moved', 'pLDDT'].map((text) => h('th', { scope: 'col' }, text));
  return h(
    'section',
    { class: 'mutant-changes', 'aria-label': 'Mutant beside wild type' },
    h('h3', {}, 'Mutant beside wild type'),
    h('p', {}, `Mean pLDDT ${signed(change)}. The residues that moved most:`),
    h('table', {}, h('thead', {}, h('tr', {}, ...headings)), h('tbody', {}, ...rows)),
    h(
      'p',
      { class: 'hint' },
      mean(mutant.plddt) < CONFIDENT
        ? 'With so little confidence, either fold is a guess, and what moved between them means nothing.'
        : 'Models of this kind were trained on natural proteins and seldom show what one replaced residue does: a small difference does not say that the mutant is stable.',
    ),
  );
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
