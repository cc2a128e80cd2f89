import { describe, expect, it } from 'vitest';
import { aatypeOf } from '#sequence/amino-acids';
import { BLOSUM62 } from '#sequence/blosum62.generated';
import { pairPosteriors, type PlaceProfile } from '#sequence/pair-posteriors';

/** A profile of a sequence by itself. */
function profileOf(sequence: string, firmness?: readonly number[]): PlaceProfile {
  const places = aatypeOf(sequence);
  return {
    scores: Float64Array.from(
      { length: 21 * places.length },
      (_, at) => BLOSUM62[at % 21]![places[Math.floor(at / 21)]!]!,
    ),
    gap: { open: 5, extend: 1 },
    firmness: Float64Array.from(places, (_, place) => firmness?.[place] ?? 0),
  };
}

/** The same by walking along every alignment there is. */
function byEnumeration(sequence: ArrayLike<number>, { scores, gap, firmness }: PlaceProfile) {
  const [numRows, numColumns] = [sequence.length, firmness.length];
  const weights = new Float64Array(numRows * numColumns);
  let total = 0;
  const walk = (
    [i, j]: readonly [number, number],
    halfBits: number,
    last: 'pair' | 'down' | 'right',
    pairs: readonly number[],
  ): void => {
    if (last === 'pair' && (i === numRows - 1 || j === numColumns - 1)) {
      const weight = 2 ** (halfBits / 2);
      total += weight;
      for (const pair of pairs) weights[pair]! += weight;
    }
    const [down, right] = [i + 1, j + 1];
    if (down < numRows && right < numColumns) {
      const score = scores[21 * right + sequence[down]!]!;
      walk([down, right], halfBits + score, 'pair', [...pairs, down * numColumns + right]);
    }
    const opens = gap.open + firmness[j]!;
    if (down < numRows)
      walk([down, j], halfBits - gap.extend - (last === 'down' ? 0 : opens), 'down', pairs);
    if (right < numColumns)
      walk([i, right], halfBits - gap.extend - (last === 'right' ? 0 : opens), 'right', pairs);
  };
  for (let i = 0; i < numRows; i++)
    for (let j = 0; j < numColumns; j++)
      if (i === 0 || j === 0)
        walk([i, j], scores[21 * j + sequence[i]!]!, 'pair', [i * numColumns + j]);
  return weights.map((weight) => weight / total);
}

describe('pairPosteriors', () => {
  it('are the share of all alignments that have the pair', () => {
    const sequence = aatypeOf('WCAKH');
    const profile = {
      ...profileOf('CAGWKW', [0, 3, 1, 7, 2, 4]),
      gap: { open: 4, extend: 1.5 },
    };
    const expected = byEnumeration(sequence, profile);
    const found = pairPosteriors(sequence, profile);
    for (const [at, share] of expected.entries()) expect(found[at]).toBeCloseTo(share, 6);
  });

  it('of long sequences neither vanish nor overflow', () => {
    const sequence = 'MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ'.repeat(30);
    const found = pairPosteriors(aatypeOf(sequence), profileOf(sequence));
    for (let i = 0; i < sequence.length; i++)
      expect(found[i * sequence.length + i]).toBeGreaterThan(0.95);
    expect(found.every((share) => share >= 0 && share < 1 + 1e-6)).toBe(true);
  });

  it('put a gap beside a firm stretch, not into it', () => {
    const [sequence, places] = ['WWWAAAAWWW', 'WWWAAAWWW'];
    const found = (firm: readonly number[]) => {
      const shares = pairPosteriors(aatypeOf(sequence), profileOf(places, firm));
      return (i: number, j: number) => shares[places.length * i + j]!;
    };
    const [loose, firm] = [found([]), found([0, 0, 0, 9, 9, 9, 0, 0, 0])];
    // One of the four alanines has no partner: any of them, or the one before the firm stretch.
    expect(firm(3, 3) + firm(4, 3)).toBeCloseTo(1, 1);
    expect(firm(4, 3)).toBeGreaterThan(loose(4, 3) + 0.2);
  });
});
