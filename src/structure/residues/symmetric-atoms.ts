/** @file Atoms of which nobody can say which is the first: OD1 and OD2 of ASP, CD1 and CD2 of LEU and the like. */
import { ATOM14_NAMES } from './atoms.js';
import { RESIDUE_GEOMETRY } from './residue-geometry.generated.js';

/**
 * `[21, 14]` slot of the atom that each atom may change its name with; its own slot for all others.
 *
 * @source Mariani et al. 2013, "lDDT: a local superposition-free score"
 */
export const ATOM14_SWAP = Int32Array.from(
  ATOM14_NAMES.flatMap((names, aatype) =>
    names.map((name, slot) => {
      const pair = RESIDUE_GEOMETRY[aatype]?.symmetric.find((both) => both.includes(name));
      return pair ? names.indexOf(pair[0] === name ? pair[1] : pair[0]) : slot;
    }),
  ),
);
