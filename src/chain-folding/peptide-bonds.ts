import { atomOffset, emptyChain, placeChain } from '#structure/backbone/torsion-chain';
import { CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
import { separation } from './atom-pair.js';
import type { Spring } from './springs.js';

/** Per Å². Far more than anything that pulls residues apart. */
const STRENGTH = 300;
/** Atoms of neighbours whose distances a trans peptide bond fixes, and how much each counts. */
const FIXED = [
  { slot: C_SLOT, nextSlot: N_SLOT, share: 2 },
  { slot: CA_SLOT, nextSlot: N_SLOT, share: 1 },
  { slot: C_SLOT, nextSlot: CA_SLOT, share: 1 },
  { slot: CA_SLOT, nextSlot: CA_SLOT, share: 1 },
] as const;

/** Springs that hold rigid residues together as trans peptide bonds do. */
export function peptideBonds(numResidues: number): Spring[] {
  const ideal = emptyChain(2);
  placeChain(ideal, new Float64Array(4), [0, 0]);
  return FIXED.flatMap(({ slot, nextSlot, share }) => {
    const length = separation(ideal.atoms, atomOffset(0, slot), atomOffset(1, nextSlot));
    return Array.from({ length: Math.max(0, numResidues - 1) }, (_, i): Spring => ({
      atoms: [atomOffset(i, slot), atomOffset(i + 1, nextSlot)],
      length,
      strength: share * STRENGTH,
    }));
  });
}
