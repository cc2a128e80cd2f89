import { atomOffset } from '#structure/backbone/torsion-chain';
import { CA_SLOT, C_SLOT, N_SLOT } from '#structure/residues/atoms';
import type { Scaffold } from './scaffold.js';
import { stretch } from './springs.js';

/** What holds each atom, against CA: N and C may give way, so that torsions become possible ones. */
const HELD = [
  { slot: CA_SLOT, share: 1 },
  { slot: N_SLOT, share: 0.1 },
  { slot: C_SLOT, share: 0.1 },
];
const HELD_OF_TRACE = HELD.slice(0, 1);

/**
 * Adds the energy of what holds known residues where a scaffold has them: quadratic, and linear where they are far away.
 *
 * @param scaffold where they are held
 * @param atoms `[N, 5, 3]` Å
 * @param byAtoms `[N, 5, 3]` derivative, added to
 * @param strength energy of a CA 1 Å away
 */
export function addTethers(
  scaffold: Scaffold,
  atoms: Float64Array,
  byAtoms: Float64Array,
  strength: number,
): number {
  const { atoms: places, isKnown, hasBackbone } = scaffold;
  let total = 0;
  for (const [residue, isHeld] of isKnown.entries()) {
    if (!isHeld) continue;
    for (const { slot, share } of hasBackbone[residue] ? HELD : HELD_OF_TRACE) {
      const at = atomOffset(residue, slot);
      const x = atoms[at]! - places[at]!;
      const y = atoms[at + 1]! - places[at + 1]!;
      const z = atoms[at + 2]! - places[at + 2]!;
      const apart = Math.sqrt(x * x + y * y + z * z);
      if (apart === 0) continue;
      const [energy, slope] = stretch(apart);
      total += strength * share * energy;
      const pull = (strength * share * slope) / apart;
      byAtoms[at]! += pull * x;
      byAtoms[at + 1]! += pull * y;
      byAtoms[at + 2]! += pull * z;
    }
  }
  return total;
}
