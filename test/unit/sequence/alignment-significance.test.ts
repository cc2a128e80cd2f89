import { describe, expect, it } from 'vitest';
import { expectedByChance } from '#sequence/alignment-significance';
import { aatypeOf } from '#sequence/amino-acids';
import { BLOSUM62 } from '#sequence/blosum62.generated';
import { alignSequences } from '#sequence/pairwise-alignment';
import { randomTensor } from '../../helpers/random.js';

const INHIBITOR = aatypeOf('RPDFCLEPPYTGPCKARIIRYFYNAKAGLCQTFVYGGCRAKRNNFKSAEDCMRTCGGA');
const RELATIVE = aatypeOf('EVCSEQAETGPCRAMISRWYFDVTEGKCAPFFYGGCGGNRNNFDTEEYCMAVCGSA');
/** Two proteins that cross the membrane and share nothing but their leucines. */
const [FIRST, SECOND] = [
  aatypeOf('LLVLAILLFLGVLLWAIVLLLGAFLLVILALLIGLLFAVLLLIWLGALLV'),
  aatypeOf('ILLGLLAVFLLLIVGLALLLWFVILLALLGVLFLLIALLGVVLLFLAIL'),
];

const best = (first: Uint8Array, second: Uint8Array) =>
  alignSequences(first, second, { scope: 'local' }).score;

describe('expectedByChance', () => {
  it('is the Karlin-Altschul estimate where the composition is usual', () => {
    // K m n exp(-λ S) with the gapped values of BLOSUM62, 11, 1
    const usual = Uint8Array.from({ length: 400 }, (_, i) =>
      USUAL.findIndex((end) => (i + 0.5) / 400 < end),
    );
    const expected = 0.041 * 400 * 400 * Math.exp(-0.267 * 50);
    expect(expectedByChance(50, usual, usual) / expected).toBeGreaterThan(0.8);
    expect(expectedByChance(50, usual, usual) / expected).toBeLessThan(1.25);
  });

  it('tells relatives from proteins that are only alike in composition', () => {
    expect(expectedByChance(best(INHIBITOR, RELATIVE), INHIBITOR, RELATIVE)).toBeLessThan(1e-10);
    const score = best(FIRST, SECOND);
    expect(score).toBeGreaterThan(60); // which would be 1e-5 for sequences of the usual composition
    expect(expectedByChance(score, FIRST, SECOND)).toBeGreaterThan(1e-4);
  });

  it('does not find shuffled sequences related', () => {
    const order = randomTensor([RELATIVE.length], 3).data;
    const shuffled = Uint8Array.from(
      [...RELATIVE.keys()].sort((a, b) => order[a]! - order[b]!),
      (i) => RELATIVE[i]!,
    );
    expect(expectedByChance(best(INHIBITOR, shuffled), INHIBITOR, shuffled)).toBeGreaterThan(1e-2);
  });
});

/** Frequencies of residues in proteins, in the order of the types (Robinson & Robinson 1991). */
const FREQUENCIES = [
  0.0781, 0.0513, 0.0449, 0.0536, 0.0193, 0.0426, 0.063, 0.0738, 0.022, 0.0514, 0.0902, 0.0574,
  0.0224, 0.0386, 0.052, 0.0712, 0.0584, 0.0133, 0.0322, 0.0644,
];
/** Where each residue type ends, if the usual frequencies are laid end to end. */
const USUAL = FREQUENCIES.map((_, type) =>
  FREQUENCIES.slice(0, type + 1).reduce((sum, share) => sum + share, type === 19 ? 0.01 : 0),
);

/** λ by Newton's method, from above, where the expectation of exp(λ · score) is 1. */
function lambdaOf(first: readonly number[], second: readonly number[]): number {
  let lambda = 1;
  for (let round = 0; round < 50; round++) {
    let [sum, slope] = [-1, 0];
    for (const [a, p] of first.entries())
      for (const [b, q] of second.entries()) {
        const part = p * q * Math.exp(lambda * BLOSUM62[a]![b]!);
        sum += part;
        slope += part * BLOSUM62[a]![b]!;
      }
    lambda -= sum / slope;
  }
  return lambda;
}

describe('the composition of two sequences', () => {
  it('is the usual one where nothing is known of them', () => {
    const unknown = (length: number) => new Uint8Array(length).fill(20);
    const expected = 0.041 * 30 * 70 * Math.exp(-0.267 * 40);
    const found = expectedByChance(40, unknown(30), unknown(70));
    expect(found / expected).toBeCloseTo(1, 2);
  });

  it('is theirs, mixed with twenty residues of the usual one', () => {
    const mixed = (own: Record<string, number>): number[] => {
      const counts = FREQUENCIES.map((share) => 20 * share);
      for (const [letter, count] of Object.entries(own)) counts[aatypeOf(letter)[0]!]! += count;
      const total = counts.reduce((sum, count) => sum + count, 0);
      return counts.map((count) => count / total);
    };
    const [first, second] = [
      { L: 9, A: 4 },
      { L: 6, V: 12, F: 1 },
    ];
    const lambda = lambdaOf(mixed(first), mixed(second));
    expect(lambda).toBeLessThan(0.3);
    const score = 90;
    const expected = 0.041 * 13 * 19 * Math.exp((-0.267 / 0.3176) * lambda * score);
    const found = expectedByChance(
      score,
      aatypeOf('L'.repeat(9) + 'A'.repeat(4)),
      aatypeOf('L'.repeat(6) + 'V'.repeat(12) + 'F'),
    );
    expect(found / expected).toBeCloseTo(1, 5);
  });

  it('makes every score one by chance where residues resemble each other on the average', () => {
    const tryptophans = (length: number) => aatypeOf('W'.repeat(length));
    expect(expectedByChance(50, tryptophans(300), tryptophans(700))).toBeCloseTo(
      0.041 * 210_000,
      2,
    );
  });

  it('never makes a score more significant than the usual one does', () => {
    const [rare, other] = [aatypeOf('D'.repeat(80)), aatypeOf('W'.repeat(90))];
    const expected = 0.041 * 80 * 90 * Math.exp(-0.267 * 40);
    expect(expectedByChance(40, rare, other) / expected).toBeCloseTo(1, 10);
  });
});
