import { GAP, rowOf, type Alignment } from './alignment.js';
import { effectiveNumber, type EffectiveNumber } from './effective-number.js';

/** What people judge an alignment by. */
export interface Coverage {
  readonly numRows: number;
  readonly effectiveNumber: EffectiveNumber;
  /** `[C]` rows with a residue at each position of the query, the query included. */
  readonly depth: Uint32Array;
  readonly bands: CoverageBands;
}

/** The rows, sorted by identity to the query and joined to bands, so that a picture of any alignment is small. */
export interface CoverageBands {
  readonly numBands: number;
  /** `[B]` mean identity to the query, 0-1, descending. */
  readonly identity: Float32Array;
  /** `[B, C]` share of a band's rows that have a residue at a position, 0-255. */
  readonly covered: Uint8Array;
}

/** Enough for a picture as high as a screen is. */
const MAX_BANDS = 256;

/**
 * Share of the query's residues that each row repeats.
 *
 * @param alignment R rows
 * @returns `[R]` 0-1; a short fragment has little, however well it fits
 */
export function identitiesToQuery(alignment: Alignment): Float32Array {
  const query = rowOf(alignment, 0);
  return Float32Array.from({ length: alignment.numRows }, (_, row) => {
    let same = 0;
    const letters = rowOf(alignment, row);
    for (let column = 0; column < query.length; column++)
      if (letters[column] === query[column]) same++;
    return same / query.length;
  });
}

/**
 * Counts what an alignment holds where.
 *
 * @param alignment its rows as they are, duplicates included
 */
export function coverageOf(alignment: Alignment): Coverage {
  const depth = new Uint32Array(alignment.numColumns);
  for (let row = 0; row < alignment.numRows; row++) addRow(rowOf(alignment, row), depth);
  return {
    numRows: alignment.numRows,
    effectiveNumber: effectiveNumber(alignment),
    depth,
    bands: bandsOf(alignment),
  };
}

/** Adds 1 wherever a row has a residue. */
function addRow(row: Uint8Array, depth: Uint32Array): void {
  for (let column = 0; column < row.length; column++) if (row[column] !== GAP) depth[column]!++;
}

function bandsOf(alignment: Alignment): CoverageBands {
  const { numRows, numColumns } = alignment;
  const identities = identitiesToQuery(alignment);
  const sorted = Uint32Array.from(identities.keys()).sort(
    (a, b) => identities[b]! - identities[a]! || a - b,
  );
  const numBands = Math.min(numRows, MAX_BANDS);
  const identity = new Float32Array(numBands);
  const covered = new Uint8Array(numBands * numColumns);
  for (let band = 0; band < numBands; band++) {
    const start = Math.floor((band * numRows) / numBands);
    const rows = sorted.subarray(start, Math.floor(((band + 1) * numRows) / numBands));
    const depth = new Uint32Array(numColumns);
    for (const row of rows) {
      addRow(rowOf(alignment, row), depth);
      identity[band]! += identities[row]! / rows.length;
    }
    covered.set(
      depth.map((count) => Math.round((255 * count) / rows.length)),
      band * numColumns,
    );
  }
  return { numBands, identity, covered };
}
