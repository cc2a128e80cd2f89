import { representativeAtom, type Molecule } from '../molecule/molecule.js';
import { h } from '../page/dom.js';

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

/**
 * What changed at each residue.
 *
 * @param wildtype superposed on the mutant
 * @returns undefined where the two do not have as many residues
 */
export function changesOf(mutant: Molecule, wildtype: Molecule): ResidueChange[] | undefined {
  if (mutant.numResidues !== wildtype.numResidues) return undefined;
  const placeOf = (molecule: Molecule, residue: number): ArrayLike<number> => {
    const atom = representativeAtom(molecule, residue);
    return molecule.positions.subarray(3 * atom, 3 * atom + 3);
  };
  return Array.from({ length: mutant.numResidues }, (_, residue) => {
    const [here, there] = [placeOf(mutant, residue), placeOf(wildtype, residue)];
    return {
      residue,
      distance: Math.hypot(...[0, 1, 2].map((axis) => here[axis]! - there[axis]!)),
      plddt: mutant.plddt[residue]! - wildtype.plddt[residue]!,
    };
  });
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;

/** The residues that moved most, and how the confidence of each changed. */
export function changesTable(mutant: Molecule, changes: readonly ResidueChange[]): HTMLElement {
  const mean = changes.reduce((sum, { plddt }) => sum + plddt, 0) / changes.length;
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
    h('p', {}, `Mean pLDDT ${signed(mean)}. The residues that moved most:`),
    h('table', {}, h('thead', {}, h('tr', {}, ...headings)), h('tbody', {}, ...rows)),
    h(
      'p',
      { class: 'hint' },
      'Models of this kind were trained on natural proteins and seldom show what one replaced residue does: a small difference does not say that the mutant is stable.',
    ),
  );
}
