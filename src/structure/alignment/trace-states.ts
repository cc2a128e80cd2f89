/** @file Secondary structure from CA atoms alone, for chains of which nothing else may be known. */

/** What the CA atoms of a residue and two neighbours on each side look like. */
const STATE = { coil: 0, helix: 1, turn: 2, strand: 3 } as const;

/** Å between CA atoms two, three and four residues apart, and how far each may stray. */
const HELIX = { distances: [5.45, 5.18, 6.37], tolerance: 2.1 };
const STRAND = { distances: [6.1, 10.4, 13], tolerance: 1.42 };
/** Å; a chain whose CA atoms four residues apart come so near turns. */
const TURN = 8;

/** CA atoms of five residues in a row that are two, three and four residues apart. */
const SPANS = [
  [
    [0, 2],
    [1, 3],
    [2, 4],
  ],
  [
    [0, 3],
    [1, 4],
  ],
  [[0, 4]],
] as const;

function distance(points: Float64Array, a: number, b: number): number {
  return Math.hypot(...[0, 1, 2].map((axis) => points[3 * a + axis]! - points[3 * b + axis]!));
}

/**
 * Secondary structure of each residue.
 *
 * @param points `[N, 3]` CA positions of one chain, Å
 * @returns `[N]` 0 coil, 1 helix, 2 turn, 3 strand
 * @source Zhang & Skolnick 2005, "TM-align: a protein structure alignment algorithm based on the TM-score", equation 1
 */
export function traceStates(points: Float64Array): Uint8Array {
  const numResidues = points.length / 3;
  return Uint8Array.from({ length: numResidues }, (_, residue) => {
    const first = residue - 2;
    if (first < 0 || residue + 2 >= numResidues) return STATE.coil;
    const looksLike = ({ distances, tolerance }: typeof HELIX): boolean =>
      SPANS.every((pairs, span) =>
        pairs.every(
          ([a, b]) =>
            Math.abs(distance(points, first + a, first + b) - distances[span]!) < tolerance,
        ),
      );
    if (looksLike(HELIX)) return STATE.helix;
    if (looksLike(STRAND)) return STATE.strand;
    return distance(points, first, first + 4) < TURN ? STATE.turn : STATE.coil;
  });
}
