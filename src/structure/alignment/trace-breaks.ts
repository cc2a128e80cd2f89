/** @file Where residues of a chain are missing, seen by its CA atoms alone. */

/** Å; CA atoms of neighbours in a chain are no further apart. */
const LONGEST_STEP = 4.25;

/**
 * Finds the places behind which residues are missing.
 *
 * @param points `[N, 3]` CA positions of one chain, Å
 * @returns `[N]` 1 where the next CA is too far away to be that of a neighbour; the last place has none
 */
export function breaksAfter(points: Float64Array): Uint8Array {
  const numResidues = points.length / 3;
  return Uint8Array.from({ length: numResidues }, (_, residue) => {
    if (residue + 1 === numResidues) return 0;
    const at = 3 * residue;
    const step = [0, 1, 2].map((axis) => points[at + 3 + axis]! - points[at + axis]!);
    return Number(Math.hypot(...step) > LONGEST_STEP);
  });
}
