import { describe, expect, it } from 'vitest';
import { CODONFOLD_SMALL } from '#model/presets';
import type { FoldModelConfig } from '#model/config';
import { estimatePrediction } from '#predict/estimate';
import { chooseChunkSize, fitFolding, predictionBytes, weightMemory } from '#predict/memory';
import { ESMFOLD_V1, esmfoldOn } from '#model/public-models';

describe('rows updated at once', () => {
  it('are all of a short protein and few of a long one', () => {
    expect(chooseChunkSize(ESMFOLD_V1, 64)).toBeUndefined();
    const sizes = [256, 512, 1024, 2048].map((n) => chooseChunkSize(ESMFOLD_V1, n)!);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes.at(-1)).toBeGreaterThanOrEqual(1);
  });

  it('become fewer with less memory, but never none', () => {
    expect(chooseChunkSize(ESMFOLD_V1, 512, 1e9)!).toBeLessThan(chooseChunkSize(ESMFOLD_V1, 512)!);
    expect(chooseChunkSize(ESMFOLD_V1, 512, 1)).toBe(1);
  });

  it('are what the configuration says', () => {
    const config: FoldModelConfig = { ...ESMFOLD_V1, trunk: { ...ESMFOLD_V1.trunk, chunkSize: 5 } };
    expect(chooseChunkSize(config, 512, 1e9)).toBe(5);
  });
});

describe('memory of a prediction', () => {
  it('holds all weights of a small model and one layer of each kind of a large one', () => {
    expect(weightMemory(CODONFOLD_SMALL).isStreamed).toBe(false);
    const { isStreamed, bytes } = weightMemory(ESMFOLD_V1);
    expect(isStreamed).toBe(true);
    expect(bytes).toBeGreaterThan(4 * 12 * 2560 ** 2); // one layer of the language model
    expect(bytes).toBeLessThan(1e9);
  });

  it.each([
    // `npm run bench:full-size -- 8M float16 --blocks 2 --residues 256`, and 400; `3B float16`.
    ['two blocks on 8M', esmfoldOn('8M', 2), 256, 1470],
    ['two blocks on 8M', esmfoldOn('8M', 2), 400, 2180],
    ['ESMFold', ESMFOLD_V1, 100, 762],
  ])('bounds what %s was measured to take, and not by far', (_, config, numResidues, megabytes) => {
    const estimate = predictionBytes(config, numResidues) / 1e6;
    expect(estimate).toBeGreaterThan(megabytes);
    expect(estimate).toBeLessThan(1.6 * megabytes);
  });

  it('grows with the square of the length, not the cube', () => {
    const [short, long] = [1000, 2000].map((n) => predictionBytes(ESMFOLD_V1, n) - 1e9);
    expect(long! / short!).toBeLessThan(4.5);
  });

  it('is refused with both numbers when it does not fit', () => {
    expect(() => {
      fitFolding(ESMFOLD_V1, { batch: 1, numResidues: 1500 }, 8e9);
    }).toThrow(
      expect.objectContaining({
        code: 'MEMORY_ESTIMATE',
        message: expect.stringMatching(
          /^1500 residues need about 2\d\.\d GB .*; 8\.0 GB/,
        ) as string,
      }) as Error,
    );
    fitFolding(ESMFOLD_V1, { batch: 1, numResidues: 400 }, 8e9);
  });
});

it('expects long proteins, more passes and larger models to take longer', () => {
  const seconds = (...args: Parameters<typeof estimatePrediction>) =>
    estimatePrediction(...args).seconds;
  expect(seconds(ESMFOLD_V1, 200, 3)).toBeGreaterThan(seconds(ESMFOLD_V1, 100, 3));
  expect(seconds(ESMFOLD_V1, 100, 3)).toBeGreaterThan(seconds(ESMFOLD_V1, 100, 0));
  expect(seconds(ESMFOLD_V1, 100, 0)).toBeGreaterThan(seconds(CODONFOLD_SMALL, 100, 0));
});
