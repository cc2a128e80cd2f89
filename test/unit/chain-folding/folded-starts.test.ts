import { describe, expect, it } from 'vitest';
import { sinesAndCosines } from '#chain-folding/fold-chain';
import { foldedFrames, foldedStarts } from '#chain-folding/folded-frames';
import { NUM_DISTOGRAM_BINS } from '#layers/heads/distogram';
import { randomTensor } from '../../helpers/random.js';

const [B, N, COUNT] = [2, 11, 7];
const REFERENCE = new Float32Array(65 * NUM_DISTOGRAM_BINS).fill(-2);

describe('foldedStarts', () => {
  it('folds each row as a prediction does, without its padding', () => {
    const aatype = { shape: [B, N], data: Int32Array.from({ length: B * N }, (_, i) => i % 20) };
    const mask = { shape: [B, N], data: new Float32Array(B * N).fill(1) };
    mask.data.fill(0, N + COUNT);
    const angles = Float64Array.from(randomTensor([2 * B * N], 2).data);
    const predicted = {
      distogram: randomTensor([B, N, N, NUM_DISTOGRAM_BINS], 1),
      reference: { shape: [4160], data: REFERENCE },
      likelyTorsions: { shape: [B, N, 2, 2], data: sinesAndCosines(angles) },
      torsionLogits: randomTensor([B, N, 324], 3),
      secondaryStructureLogits: randomTensor([B, N, 8], 4),
    };
    const { startQuaternion, startTranslation } = foldedStarts({ aatype, mask }, predicted);
    expect(startQuaternion.shape).toEqual([B, N, 4]);
    expect(startTranslation.shape).toEqual([B, N, 3]);

    const distogram = new Float32Array(COUNT * COUNT * NUM_DISTOGRAM_BINS);
    for (let pair = 0; pair < COUNT * COUNT; pair++) {
      const [i, j] = [Math.floor(pair / COUNT), pair % COUNT];
      const at = ((N + i) * N + j) * NUM_DISTOGRAM_BINS;
      distogram.set(
        predicted.distogram.data.subarray(at, at + NUM_DISTOGRAM_BINS),
        pair * NUM_DISTOGRAM_BINS,
      );
    }
    const ofSecond = (values: ArrayLike<number>, each: number) =>
      Array.from(values).slice(each * N, each * (N + COUNT));
    const expected = foldedFrames(
      {
        distogram,
        reference: REFERENCE,
        torsionLogits: ofSecond(predicted.torsionLogits.data, 324),
        torsions: ofSecond(predicted.likelyTorsions.data, 4),
        secondaryStructureLogits: ofSecond(predicted.secondaryStructureLogits.data, 8),
      },
      ofSecond(aatype.data, 1),
    );
    expect(ofSecond(startQuaternion.data, 4)).toEqual([...expected.quaternion]);
    expect(ofSecond(startTranslation.data, 3)).toEqual([...expected.translation]);
  });

  it('leaves padding at the origin, unturned', () => {
    const numbers = (shape: number[], seed: number) => randomTensor(shape, seed);
    const { startQuaternion, startTranslation } = foldedStarts(
      {
        aatype: { shape: [1, 5], data: Int32Array.of(0, 1, 2, 0, 0) },
        mask: { shape: [1, 5], data: Float32Array.of(1, 1, 1, 0, 0) },
      },
      {
        distogram: numbers([1, 5, 5, NUM_DISTOGRAM_BINS], 1),
        reference: { shape: [4160], data: REFERENCE },
        likelyTorsions: { shape: [1, 5, 2, 2], data: sinesAndCosines(new Float64Array(10)) },
        torsionLogits: numbers([1, 5, 324], 3),
        secondaryStructureLogits: numbers([1, 5, 8], 4),
      },
    );
    expect([...startQuaternion.data.subarray(12)]).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
    expect([...startTranslation.data.subarray(9)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(startTranslation.data.subarray(0, 9).some((x) => x !== 0)).toBe(true);
  });
});
