import { residueLabel, type Molecule } from '../molecule/molecule.js';
import { runsOf } from '../selection.js';
import type { Result } from '../result/result.js';

/** One residue in words, for labels and screen readers: `A Ser 12, pLDDT 91, helix, codon AGC`. */
export function residueText({ molecule, codons }: Result, residue: number): string {
  const parts = [
    residueLabel(molecule, residue),
    `pLDDT ${molecule.plddt[residue]!.toFixed(0)}`,
    molecule.secondary[residue]!,
  ];
  const codon = codons[residue];
  if (codon) parts.push(`codon ${codon.codon}`);
  return parts.join(', ');
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
