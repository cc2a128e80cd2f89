import { describe, expect, it } from 'vitest';
import { alignPlaces } from '#structure/alignment/align-places';
import { alignStructures } from '#structure/alignment/align-structures';
import { traceStates } from '#structure/alignment/trace-states';
import { movePoints } from '#structure/comparison/superposition';
import { idealHelix } from '#training/evaluation/trace-scores';
import { caOf, readFixture } from '../fixtures.js';

const turned = {
  rotation: Float64Array.of(0, -1, 0, 1, 0, 0, 0, 0, 1),
  translation: Float64Array.of(30, -7, 11),
};
const moved = (points: Float64Array): Float64Array => Float64Array.from(movePoints(turned, points));

describe('alignStructures', () => {
  const chain = caOf(readFixture('2hbb-a'));

  it('pairs a chain with its moved copy, residue by residue', () => {
    const pairs = alignStructures(moved(chain), chain);
    expect(pairs).toEqual(Array.from({ length: 51 }, (_, i) => [i, i]));
  });

  it('finds a part of a chain in the whole, and leaves the rest out', () => {
    const part = moved(chain.slice(3 * 12, 3 * 40));
    expect(alignStructures(part, chain)).toEqual(Array.from({ length: 28 }, (_, i) => [i, i + 12]));
    expect(alignStructures(chain, part)).toEqual(Array.from({ length: 28 }, (_, i) => [i + 12, i]));
  });

  it('leaps over what one chain has more', () => {
    const without = Float64Array.from([...chain.slice(0, 60), ...chain.slice(81)]);
    const pairs = alignStructures(moved(without), chain);
    expect(pairs).toEqual(Array.from({ length: 44 }, (_, i) => [i, i < 20 ? i : i + 7]));
  });

  it('aligns nothing where a chain is too short', () => {
    expect(alignStructures(chain.slice(0, 12), chain)).toEqual([]);
  });
});

describe('traceStates', () => {
  it('knows a helix and a strand but for their two last residues', () => {
    expect([...traceStates(Float64Array.from(idealHelix(9)))]).toEqual([0, 0, 1, 1, 1, 1, 1, 0, 0]);
    const strand = Float64Array.from({ length: 24 }, (_, i) =>
      i % 3 === 0 ? 3.3 * (i / 3) : i % 3 === 1 ? (Math.floor(i / 3) % 2) * 1.8 : 0,
    );
    expect([...traceStates(strand)]).toEqual([0, 0, 3, 3, 3, 3, 0, 0]);
  });

  it('calls a narrow bend a turn, and anything else coil', () => {
    const bend = Float64Array.of(0, 0, 0, 3.8, 0, 0, 5.7, 3.3, 0, 3.8, 6.6, 0, 0, 6.6, 0);
    expect(traceStates(bend)[2]).toBe(2);
    const line = Float64Array.from({ length: 15 }, (_, i) => (i % 3 === 0 ? 3.8 * (i / 3) : 0));
    expect(traceStates(line)[2]).toBe(0);
  });
});

describe('alignPlaces', () => {
  const align = (scores: readonly (readonly number[])[], gapOpen: number) =>
    alignPlaces(
      [scores.length, scores[0]!.length],
      (i, row) => {
        row.set(scores[i]!);
      },
      gapOpen,
    );

  it('takes a pair for a gap where that is worth more', () => {
    const scores = [
      [1, 0, 0],
      [0, 0, 1],
    ];
    expect(align(scores, 0.6)).toEqual([
      [0, 0],
      [1, 2],
    ]);
    const dear = align(scores, 1.2);
    expect(dear).toHaveLength(2);
    expect(dear).not.toContainEqual([0, 0]);
  });
});
