import { describe, expect, it } from 'vitest';
import { expectedByChance } from '#sequence/alignment-significance';
import { aatypeOf } from '#sequence/amino-acids';
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

/** Where each residue type ends, if the usual frequencies are laid end to end. */
const USUAL = [
  0.0781, 0.1294, 0.1743, 0.2279, 0.2472, 0.2898, 0.3528, 0.4266, 0.4486, 0.5, 0.5902, 0.6476, 0.67,
  0.7086, 0.7606, 0.8318, 0.8902, 0.9035, 0.9357, 1.001,
];
