import { describe, expect, it } from 'vitest';
import { expectedTmTerms, NUM_PAE_BINS, PAE_BIN_WIDTH } from '#layers/heads/pae';
import { predictedTmScores } from '#layers/heads/predicted-tm-scores';
import { nodeEngine } from '#tensor/engine/onnxruntime-node';
import { graphOf } from '#tensor/graph';
import { input } from '#tensor/ops';
import { tmScoreD0 } from '#structure/comparison/superposition-scores';
import { randomSource } from '../../helpers/random.js';

const LENGTHS = [13, 9, 4];
const CHAIN_OF = LENGTHS.flatMap((length, chain) => Array<number>(length).fill(chain));
const N = CHAIN_OF.length;

/** `[N][N][64]` errors of which each sums to 1. */
function randomErrors(): number[][][] {
  const noise = randomSource(7);
  return Array.from({ length: N }, () =>
    Array.from({ length: N }, () => {
      const bins = Array.from({ length: NUM_PAE_BINS }, () => noise() ** 6);
      const sum = bins.reduce((total, value) => total + value, 0);
      return bins.map((value) => value / sum);
    }),
  );
}

/** AlphaFold's formula, residue by residue: the best frame among `frames`, over those that it counts. */
function direct(
  errors: number[][][],
  counts: (i: number, j: number) => boolean,
  d0 = tmScoreD0(N),
): number {
  let best = 0;
  for (let i = 0; i < N; i++) {
    let [sum, number] = [0, 0];
    for (let j = 0; j < N; j++) {
      if (!counts(i, j)) continue;
      number++;
      errors[i]![j]!.forEach((probability, bin) => {
        sum += probability / (1 + (((bin + 0.5) * PAE_BIN_WIDTH) / d0) ** 2);
      });
    }
    if (number > 0) best = Math.max(best, sum / number);
  }
  return best;
}

async function termsOf(errors: number[][][], scored: number[]): Promise<Float32Array> {
  const engine = nodeEngine(1);
  const terms = expectedTmTerms(input('errors', [1, N, N, NUM_PAE_BINS]), input('scored', [1, N]));
  const executable = await engine.compile(graphOf({ terms }));
  const out = await executable.run({
    errors: { shape: [1, N, N, NUM_PAE_BINS], data: Float32Array.from(errors.flat(2)) },
    scored: { shape: [1, N], data: Float32Array.from(scored) },
  });
  await executable.dispose();
  return out['terms'].data as Float32Array;
}

describe('TM-scores that a prediction expects of itself', () => {
  const errors = randomErrors();

  it('are those of a direct computation from the predicted errors', async () => {
    const terms = await termsOf(errors, Array<number>(N).fill(1));
    const { ptm, complex } = predictedTmScores(terms, LENGTHS);
    const across = (i: number, j: number) => CHAIN_OF[i] !== CHAIN_OF[j];
    expect(ptm).toBeCloseTo(
      direct(errors, () => true),
      5,
    );
    expect(complex!.iptm).toBeCloseTo(direct(errors, across), 5);
    const pairs = [[0, 1], [0, 2], [1, 2]]; // prettier-ignore
    expect(complex!.pairs.map(({ chains }) => chains)).toEqual(pairs);
    complex!.pairs.forEach(({ chains: [a, b], iptm }) => {
      const between = (i: number, j: number) =>
        (CHAIN_OF[i] === a && CHAIN_OF[j] === b) || (CHAIN_OF[i] === b && CHAIN_OF[j] === a);
      expect(iptm).toBeCloseTo(direct(errors, between), 5);
    });
  });

  it('of one chain say nothing of chains', async () => {
    const terms = await termsOf(errors, Array<number>(N).fill(1));
    const scores = predictedTmScores(terms, [N]);
    expect(scores.complex).toBeUndefined();
    expect(scores.ptm).toBeCloseTo(
      direct(errors, () => true),
      5,
    );
  });

  it('take d0 of the residues that are scored, not of linkers between them', async () => {
    const scored = Array.from({ length: N }, (_, i) => Number(i < 22));
    const terms = await termsOf(errors, scored);
    const { ptm } = predictedTmScores(terms, [N]);
    expect(ptm).toBeCloseTo(
      direct(errors, () => true, tmScoreD0(22)),
      5,
    );
  });
});
