import { describe, expect, it } from 'vitest';
import type { ChainTrace } from '#structure/alignment/chain-trace';
import { chooseChains } from '#structure/alignment/choose-chains';
import { countIdentical, pairedPoints, pairResidues } from '#structure/alignment/pair-residues';
import { movePoints } from '#structure/comparison/superposition';
import { aatypeOf } from '#sequence/amino-acids';
import { walk } from './walk.js';

const SEQUENCE = 'MKTAYIAKQRQISFVKSHFSRQ';
const LENGTH = SEQUENCE.length;

/** A chain, numbered from 1 unless told otherwise. */
function chain(sequence: string, points: Float64Array, numbers?: readonly string[]): ChainTrace {
  const places = Array.from(sequence, (_, i) => i);
  return {
    ...{ chainId: 'A', chainIndex: 0, residues: Int32Array.from(places), points },
    aatype: aatypeOf(sequence),
    numbers: numbers ?? places.map((i) => String(i + 1)),
  };
}

const moved = (points: Float64Array): Float64Array =>
  Float64Array.from(
    movePoints(
      {
        rotation: Float64Array.of(0, 0, 1, 1, 0, 0, 0, 1, 0),
        translation: Float64Array.of(3, -7, 11),
      },
      points,
    ),
  );

const SHAPE = walk(LENGTH, 1);
const whole = chain(SEQUENCE, SHAPE);
const everyPair = Array.from({ length: LENGTH }, (_, i) => [i, i]);
/** The sequence with tryptophan instead of its last so many residues. */
const mutated = (count: number) => SEQUENCE.slice(0, LENGTH - count) + 'W'.repeat(count);

describe('pairs', () => {
  it('are counted where both residues are of one type', () => {
    expect(countIdentical([3, 5, 7], [5, 3, 9, 7], [[0, 1], [1, 2], [2, 3]])).toBe(2); // prettier-ignore
  });

  it('have the places of both chains', () => {
    const other = chain('AAA', walk(3, 2));
    const [first, second] = pairedPoints(whole, other, [[4, 0], [1, 2]]); // prettier-ignore
    expect([...first]).toEqual([...SHAPE.subarray(12, 15), ...SHAPE.subarray(3, 6)]);
    expect([...second]).toEqual([...other.points.subarray(0, 3), ...other.points.subarray(6)]);
  });
});

describe('pairResidues', () => {
  it('goes by numbers where nine tenths of what they pair is of one type', () => {
    const methodOf = (count: number) => {
      // Of 20 residues two or three are others.
      const sequence = mutated(count).slice(2);
      const numbers = whole.numbers.slice(2);
      return pairResidues(chain(sequence, moved(SHAPE.slice(6)), numbers), whole).method;
    };
    expect(methodOf(2)).toBe('numbers');
    expect(methodOf(3)).not.toBe('numbers');
  });

  it('goes by sequence where that pairs more than three residues more', () => {
    const pairing = (numElsewhere: number) => {
      const numbers = whole.numbers.map((number, i) =>
        i < LENGTH - numElsewhere ? number : `${Number(number) + 100}`,
      );
      return pairResidues(chain(SEQUENCE, moved(SHAPE), numbers), whole);
    };
    expect(pairing(3)).toMatchObject({ method: 'numbers', pairs: everyPair.slice(0, -3) });
    expect(pairing(4)).toMatchObject({ method: 'sequence', pairs: everyPair });
  });

  it('does not go by numbers that occur twice in either chain', () => {
    const twice = whole.numbers.with(5, '5');
    const other = chain(SEQUENCE, moved(SHAPE), twice);
    for (const [mobile, target] of [
      [other, whole],
      [whole, other],
    ] as const) {
      // prettier-ignore
      expect(pairResidues(mobile, target)).toMatchObject({ method: 'sequence', pairs: everyPair });
      expect(pairResidues(mobile, target, 'numbers').pairs).toEqual([]);
    }
  });

  it('divides scores by the length of the target', () => {
    const part = chain(SEQUENCE.slice(0, 16), moved(SHAPE.slice(0, 48)));
    expect(pairResidues(part, whole).scores.tmScore).toBeCloseTo(16 / LENGTH, 6);
    expect(pairResidues(whole, part).scores.tmScore).toBeCloseTo(1, 6);
  });

  it('goes as it is asked to', () => {
    const shifted = chain(
      SEQUENCE,
      moved(SHAPE),
      whole.numbers.map((number) => String(Number(number) + 2)),
    );
    const byNumber = pairResidues(shifted, whole, 'numbers');
    expect(byNumber.method).toBe('numbers');
    expect(byNumber.pairs[0]).toEqual([0, 2]);
    expect(byNumber.pairs).toHaveLength(LENGTH - 2);
    for (const method of ['sequence', 'structure'] as const)
      expect(pairResidues(shifted, whole, method)).toMatchObject({ method, pairs: everyPair });
  });

  it('goes by sequence if asked to, though numbers agree', () => {
    expect(pairResidues(whole, whole)).toMatchObject({ method: 'numbers', pairs: everyPair });
    expect(pairResidues(whole, whole, 'sequence')).toMatchObject({
      method: 'sequence',
      pairs: everyPair,
    });
  });

  it('goes by shape where that lies better, else by sequence', () => {
    const unlike = chain('W'.repeat(LENGTH), moved(SHAPE));
    expect(pairResidues(unlike, whole)).toMatchObject({ method: 'structure', pairs: everyPair });
    const halfAlike = chain(mutated(8), moved(SHAPE));
    expect(pairResidues(halfAlike, whole)).toMatchObject({ method: 'sequence', pairs: everyPair });
  });
});

describe('chooseChains', () => {
  const OTHER = walk(LENGTH, 7);
  const chosen = (...targets: readonly ChainTrace[]) =>
    targets.indexOf(chooseChains([whole], targets).target);

  it('looks at shape among chains that share nine tenths of the most equal residues', () => {
    const [same, nearly, less] = [
      chain(SEQUENCE, OTHER),
      chain(mutated(2), moved(SHAPE)), // 20 of 22
      chain(mutated(3), moved(SHAPE)),
    ];
    expect(chosen(same, nearly)).toBe(1);
    expect(chosen(same, less)).toBe(0);
    expect(chosen(less, same)).toBe(1);
  });

  it('takes a chain with three tenths of its residues in common before one that lies better', () => {
    const unlike = chain('W'.repeat(LENGTH), moved(SHAPE));
    const start = (count: number) =>
      chain(SEQUENCE.slice(0, count) + 'W'.repeat(20 - count), OTHER.slice(0, 60));
    expect(chosen(unlike, start(6))).toBe(1); // 6 of 20
    expect(chosen(unlike, start(5))).toBe(0);
  });

  it('takes the longer of two chains that lie equally well, and the first of equals', () => {
    const short = chain('W'.repeat(12), moved(SHAPE.slice(0, 36)));
    const long = chain('W'.repeat(LENGTH), moved(SHAPE));
    expect(chosen(short, long)).toBe(1);
    expect(chosen(long, short)).toBe(0);
    expect(chosen(long, { ...long }, { ...long })).toBe(0);
    expect(chosen(chain(SEQUENCE, moved(SHAPE)), whole)).toBe(0);
  });

  it('takes the chain of which more lies together, not the one that is longer', () => {
    const shift = (points: Float64Array, by: number) => points.map((x) => x + by);
    const around = [...shift(walk(19, 50), -60), ...moved(SHAPE), ...shift(walk(19, 51), 60)];
    const long = chain('W'.repeat(LENGTH + 38), Float64Array.from(around));
    const short = chain('W'.repeat(20), moved(SHAPE.slice(0, 60)));
    expect(chosen(long, short)).toBe(1);
    expect(chosen(short, long)).toBe(0);
  });

  it('compares the eight in full that look most alike', () => {
    const bent = (by: number) => chain(SEQUENCE, SHAPE.map((x, at) => (at < 30 ? x + by * (at % 3) : x))); // prettier-ignore
    const worse = Array.from({ length: 12 }, (_, i) => bent(9 + i));
    expect(chosen(...worse, whole, ...worse)).toBe(12);
    expect(chooseChains([...worse, whole], worse).target).toBe(worse[0]);
  });

  it('goes as it is asked to', () => {
    expect(chooseChains([whole], [whole], 'structure').pairing.method).toBe('structure');
  });
});
