/** @file Atoms whose two names say the same chemically: OD1/OD2 of ASP and the like. */
import { ATOM14_NAMES } from './atoms.js';
import { RESIDUE_GEOMETRY } from './residue-geometry.generated.js';

/** `[21, 14]` slot that each atom swaps with when its residue is renamed; itself where unambiguous. */
export const ATOM14_SWAP = Int32Array.from(
  ATOM14_NAMES.flatMap((names, aatype) =>
    names.map((name, slot) => {
      const pair = RESIDUE_GEOMETRY[aatype]?.swaps.find((swap) => swap.includes(name));
      return pair ? names.indexOf(pair[0] === name ? pair[1] : pair[0]) : slot;
    }),
  ),
);
