import { CHAIN_ATOMS } from '#structure/backbone/torsion-chain';
import { fitPoints, movePoints, type RigidMotion } from '#structure/comparison/superposition';
import type { Scaffold } from './scaffold.js';

const WIDTH = 3 * CHAIN_ATOMS;

/**
 * Puts the known residues of a folded chain to where a scaffold has them. What lies between goes with them: with the
 * known residue before it, with the one after it, or with both by its distance from each.
 *
 * @param atoms `[N, 5, 3]` of the folded chain, Å
 * @returns `[N, 5, 3]` in the frame of the scaffold, bonds strained where the chain had folded otherwise
 */
export function laidOnScaffold(atoms: Float64Array, scaffold: Scaffold): Float64Array {
  const { isKnown } = scaffold;
  const laid = new Float64Array(atoms.length);
  const onScaffold = (residue: number): RigidMotion => {
    const near = Int32Array.from({ length: 3 }, (_, slot) => CHAIN_ATOMS * residue + slot);
    return fitPoints(atoms, scaffold.atoms, near);
  };
  for (let i = 0; i < isKnown.length; i++) {
    if (isKnown[i]) {
      laid.set(scaffold.atoms.subarray(WIDTH * i, WIDTH * (i + 1)), WIDTH * i);
      continue;
    }
    const [before, after] = [i === 0 ? -1 : isKnown.lastIndexOf(1, i - 1), isKnown.indexOf(1, i)];
    const share = before < 0 ? 1 : after < 0 ? 0 : (i - before) / (after - before);
    for (const [anchor, weight] of [
      [before, 1 - share],
      [after, share],
    ] as const) {
      if (weight === 0) continue;
      const moved = movePoints(onScaffold(anchor), atoms.subarray(WIDTH * i, WIDTH * (i + 1)));
      for (let k = 0; k < WIDTH; k++) laid[WIDTH * i + k]! += weight * moved[k]!;
    }
  }
  return laid;
}
