import { aatypeOf } from '#sequence/amino-acids';
import type { Chain } from '#sequence/chain';
import { movePoints, superpose } from '#structure/comparison/superposition';
import { ATOM14_MASK } from '#structure/residues/atoms';
import type { PassCoordinates } from '../server/follow-job.js';
import { createMolecule, type Molecule } from '../molecule/molecule.js';

/**
 * A molecule from coordinates that arrive while folding.
 *
 * @param chains what is folded, N residues in all
 * @returns undefined where the coordinates are of another length
 */
export function unfinishedMolecule(
  chains: readonly Chain[],
  { atom14, plddt }: PassCoordinates,
): Molecule | undefined {
  const aatype = aatypeOf(chains.map(({ sequence }) => sequence).join(''));
  if (atom14.length !== 42 * aatype.length) return undefined;
  const residueNumber = chains.flatMap(({ sequence }) => Array.from(sequence, (_, i) => i + 1));
  return createMolecule({
    name: 'unfinished',
    residues: {
      aatype,
      atom14,
      atom14Mask: Uint8Array.from(
        { length: 14 * aatype.length },
        (_, i) => ATOM14_MASK[14 * aatype[Math.floor(i / 14)]! + (i % 14)]!,
      ),
      chainIndex: chains.flatMap(({ sequence }, chain) => Array.from(sequence, () => chain)),
      residueIndex: residueNumber,
    },
    chainIds: chains.map(({ id }) => id),
    residueNumber,
    plddt: plddt.length === aatype.length ? plddt : new Float32Array(aatype.length),
  });
}

/** The same molecule, superposed on where it was before, so that only its shape changes. */
export function keptInPlace(molecule: Molecule, before: Molecule): Molecule {
  const motion = superpose(molecule.positions, before.positions);
  return { ...molecule, positions: movePoints(motion, molecule.positions) };
}

/** `share` of the way from one set of coordinates to another of the same atoms. */
export function between(from: Molecule, to: Molecule, share: number): Molecule {
  const positions = to.positions.map((end, i) => {
    const start = from.positions[i]!;
    return start + share * (end - start);
  });
  return { ...to, positions };
}
