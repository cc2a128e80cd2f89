/** How far apart in the chain residues are, in the classes by which contact predictors are judged. @source CASP */
const SEPARATIONS = [
  { name: 'long-range pairs', apart: '24 or more residues apart', from: 24, to: Infinity },
  { name: 'medium-range pairs', apart: '12 to 23 apart', from: 12, to: 23 },
  { name: 'short-range pairs', apart: '6 to 11 apart', from: 6, to: 11 },
] as const;

/** Of N residues the strongest N / 5 pairs are judged. @source CASP, precision of L/5 */
const RESIDUES_PER_PAIR = 5;

/** How well the strongest pairs of an attention map tell contacts, at one separation. */
export interface ContactShare {
  readonly name: string;
  readonly apart: string;
  /** Share of the strongest pairs that touch, 0-1. */
  readonly touching: number;
  /** Share of all pairs that touch: what a map without any knowledge has on average. */
  readonly byChance: number;
}

/**
 * How many of the strongest pairs of an attention map touch in a structure, at each separation that the chain has.
 *
 * @param weights `[N, N]`
 * @param distances `[N, N]` Å; NaN where a residue has no place, whose pairs do not count
 * @param limit below which residues touch, Å
 * @returns the longest separation first
 */
export function contactShares(
  weights: Float32Array,
  distances: Float32Array,
  limit: number,
): ContactShare[] {
  const size = Math.round(Math.sqrt(weights.length));
  const numStrongest = Math.ceil(size / RESIDUES_PER_PAIR);
  return SEPARATIONS.flatMap(({ name, apart, from, to }) => {
    const pairs: { readonly weight: number; readonly touches: boolean }[] = [];
    for (let i = 0; i < size; i++)
      for (let j = i + from; j < size && j - i <= to; j++) {
        const distance = distances[i * size + j]!;
        if (Number.isNaN(distance)) continue;
        const weight = weights[i * size + j]! + weights[j * size + i]!;
        pairs.push({ weight, touches: distance < limit });
      }
    if (pairs.length === 0) return [];
    const strongest = pairs.toSorted((a, b) => b.weight - a.weight).slice(0, numStrongest);
    return [{ name, apart, touching: shareOf(strongest), byChance: shareOf(pairs) }];
  });
}

function shareOf(pairs: readonly { readonly touches: boolean }[]): number {
  return pairs.filter(({ touches }) => touches).length / pairs.length;
}
