import { residueLabel, type Molecule } from '../molecule/molecule.js';
import { runsOf } from '../molecule/selection.js';
import type { ShownValues } from '../viewer/colours.js';
import type { Result } from '../data/result.js';

/**
 * One residue in words, for labels and screen readers: `A Ser 12, lDDT 0.83, pLDDT 91, helix, codon AGC`.
 *
 * @param shown values that residues are coloured by, if any
 */
export function residueText(
  { molecule, codons }: Result,
  residue: number,
  shown?: ShownValues,
): string {
  const parts = [
    residueLabel(molecule, residue),
    ...(shown ? [valueText(shown, residue)] : []),
    `pLDDT ${molecule.plddt[residue]!.toFixed(0)}`,
    molecule.secondary[residue]!,
  ];
  const codon = codons[residue];
  if (codon) parts.push(`codon ${codon.codon}`);
  return parts.join(', ');
}

function valueText({ label, values }: ShownValues, residue: number): string {
  const value = values[residue]!;
  return Number.isNaN(value) ? `no ${label}` : `${label} ${value.toFixed(2)}`;
}

/** A selection in words: `A 12–18, 30`. */
export function selectionText(molecule: Molecule, selected: ReadonlySet<number>): string {
  const byChain = new Map<number, string[]>();
  for (const residue of selected) {
    const chain = molecule.chainIndex[residue]!;
    if (!byChain.has(chain)) byChain.set(chain, []);
  }
  for (const [chain, texts] of byChain) {
    const inChain = [...selected].filter((residue) => molecule.chainIndex[residue] === chain);
    for (const [first, last] of runsOf(inChain)) {
      const [a, b] = [molecule.residueNumber[first]!, molecule.residueNumber[last]!];
      texts.push(a === b ? String(a) : `${a}–${b}`);
    }
  }
  return [...byChain]
    .map(([chain, texts]) => `${molecule.chains[chain]!.id} ${texts.join(', ')}`)
    .join('; ');
}
