import { describe, expect, it } from 'vitest';
import { RESIDUE_LETTERS } from '#sequence/amino-acids';
import { ATOM14_NAMES } from '#structure/atoms';
import { atom14DistanceBounds } from '#structure/distance-bounds';
import { readFixture } from './fixtures.js';

const { lower, upper } = atom14DistanceBounds({ overlap: 1.5, deviations: 12 });

/** Flat index of a pair of atoms. */
function pair(letter: string, a: string, b: string): number {
  const aatype = RESIDUE_LETTERS.indexOf(letter);
  const [i, j] = [a, b].map((name) => ATOM14_NAMES[aatype]!.indexOf(name)) as [number, number];
  return (aatype * 14 + i) * 14 + j;
}

describe('atom14DistanceBounds', () => {
  it('holds bonded atoms at their length', () => {
    expect(lower[pair('A', 'CA', 'CB')]).toBeCloseTo(1.52 - 12 * 0.021, 5);
    expect(upper[pair('A', 'CB', 'CA')]).toBeCloseTo(1.52 + 12 * 0.021, 5);
  });

  it('holds atoms two bonds apart by the law of cosines', () => {
    const ideal = Math.sqrt(
      1.459 ** 2 + 1.525 ** 2 - 2 * 1.459 * 1.525 * Math.cos((111 * Math.PI) / 180),
    );
    const i = pair('A', 'N', 'C');
    expect((lower[i]! + upper[i]!) / 2).toBeCloseTo(ideal, 5);
  });

  it('keeps other atoms apart by their radii only', () => {
    expect(lower[pair('K', 'N', 'NZ')]).toBeCloseTo(1.55 + 1.55 - 1.5, 5);
    expect(upper[pair('K', 'N', 'NZ')]).toBeGreaterThan(1e9);
  });

  it('contains every residue of a crystal structure', () => {
    const { aatype, atom14, atom14Mask } = readFixture('2hbb-a');
    aatype.forEach((type, residue) => {
      for (let i = 0; i < 14; i++)
        for (let j = 0; j < i; j++) {
          if (!(atom14Mask[14 * residue + i]! && atom14Mask[14 * residue + j]!)) continue;
          const apart = Math.hypot(
            ...[0, 1, 2].map(
              (k) => atom14[42 * residue + 3 * i + k]! - atom14[42 * residue + 3 * j + k]!,
            ),
          );
          const at = (type * 14 + i) * 14 + j;
          expect(apart).toBeGreaterThan(lower[at]!);
          expect(apart).toBeLessThan(upper[at]!);
        }
    });
  });
});
