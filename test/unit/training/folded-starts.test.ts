import { describe, expect, it } from 'vitest';
import { anglesOf, foldChain, sinesAndCosines } from '#model/chain-folding/fold-chain';
import { pairPotential } from '#model/chain-folding/pair-potential';
import { torsionPotential } from '#model/chain-folding/torsion-potential';
import { NUM_DISTOGRAM_BINS } from '#model/heads/distogram';
import { foldedStarts } from '#training/folded-starts';
import { randomTensor } from '../../helpers/random.js';

const [B, N, COUNT] = [2, 11, 7];
const REFERENCE = new Float32Array(65 * NUM_DISTOGRAM_BINS).fill(-2);

describe('foldedStarts', () => {
  it('folds each row as a prediction does, without its padding', () => {
    const aatype = { shape: [B, N], data: Int32Array.from({ length: B * N }, (_, i) => i % 20) };
    const mask = { shape: [B, N], data: new Float32Array(B * N).fill(1) };
    mask.data.fill(0, N + COUNT);
    const distogram = randomTensor([B, N, N, NUM_DISTOGRAM_BINS], 1);
    const angles = Float64Array.from(randomTensor([2 * B * N], 2).data);
    const torsions = { shape: [B, N, 2, 2], data: sinesAndCosines(angles) };
    const torsionLogits = randomTensor([B, N, 324], 3);
    const starts = foldedStarts(
      { aatype, mask },
      { distogram, reference: { shape: [4160], data: REFERENCE }, torsions, torsionLogits },
    );

    const logits = new Float32Array(COUNT * COUNT * NUM_DISTOGRAM_BINS);
    for (let pair = 0; pair < COUNT * COUNT; pair++) {
      const [i, j] = [Math.floor(pair / COUNT), pair % COUNT];
      for (let bin = 0; bin < NUM_DISTOGRAM_BINS; bin++) {
        const at = ((N + i) * N + j) * NUM_DISTOGRAM_BINS + bin;
        logits[pair * NUM_DISTOGRAM_BINS + bin] = distogram.data[at]!;
      }
    }
    const potential = {
      distances: pairPotential(logits, REFERENCE, COUNT),
      torsions: torsionPotential(torsionLogits.data.subarray(324 * N, 324 * (N + COUNT))),
    };
    const start = anglesOf(torsions.data.subarray(4 * N, 4 * (N + COUNT)));
    const folded = foldChain(potential, start, aatype.data.subarray(N, N + COUNT));
    expect(starts.data.slice(4 * N, 4 * (N + COUNT))).toEqual(sinesAndCosines(folded));
    expect(starts.data.slice(4 * (N + COUNT))).toEqual(torsions.data.slice(4 * (N + COUNT)));
    expect(starts.data.slice(0, 4 * N)).not.toEqual(torsions.data.slice(0, 4 * N));
  });
});
