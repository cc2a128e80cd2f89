import { describe, expect, it } from 'vitest';
import { HYDROGEN_BOND_LIMITS } from '#layers/heads/hydrogen-bonds';
import { constant } from '#tensor/ops';
import { hydrogenBondLoss, truthInputs } from '#training/objectives/fold-losses';
import { evaluate } from '../../helpers/reference-engine.js';

const NUM_BINS = HYDROGEN_BOND_LIMITS.length + 1;

describe('hydrogenBondLoss', () => {
  /** N of residue 0 is known, and O of residue 1, 2.8 Å away. */
  const truth = {
    ...truthInputs(1, 2),
    nitrogen: {
      positions: constant([1, 1, 1, 0, 0, 0], [1, 2, 3]),
      mask: constant([1, 0], [1, 2]),
    },
    oxygen: {
      positions: constant([0, 0, 0, 1, 3.8, 1], [1, 2, 3]),
      mask: constant([0, 1], [1, 2]),
    },
  };
  const bin = HYDROGEN_BOND_LIMITS.findIndex((limit) => limit > 2.8);
  const lossWhereSureOf = (donor: number, acceptor: number) => {
    const logits = new Float32Array(4 * NUM_BINS);
    logits[(2 * donor + acceptor) * NUM_BINS + bin] = 20;
    return evaluate([hydrogenBondLoss(constant(logits, [1, 2, 2, NUM_BINS]), truth)], {})[0]![0];
  };

  it('asks row i, column j for the distance from the N of i to the O of j', () => {
    expect(lossWhereSureOf(0, 1)).toBeCloseTo(0, 5);
  });

  it('counts pairs with an unknown atom not at all', () => {
    for (const [i, j] of [
      [0, 0],
      [1, 0],
      [1, 1],
    ] as const) {
      expect(lossWhereSureOf(i, j)).toBeCloseTo(Math.log(NUM_BINS), 5);
    }
  });
});
