import type { Alphafold2Sizes } from '#architectures/alphafold2/config';
import { describe, expect, it } from 'vitest';
import { parseAlphafold2Config } from '#architectures/alphafold2/config-file';
import { estimateAlphafold2 } from '#architectures/alphafold2/estimate';
import { fitAlphafold2, withChunks } from '#architectures/alphafold2/memory';
import { publishedAlphafold2Config } from '#weights/alphafold2/published-config';

const GB = 1e9;
/** OpenFold's network of the public sizes. */
const PUBLISHED = parseAlphafold2Config(
  publishedAlphafold2Config({ has: () => true }, 'finetuning_ptm_1.pt', 'openfold'),
);

function sizes(numResidues: number, numClusters = 512, numExtra = 1024): Alphafold2Sizes {
  return { batch: 1, numResidues, numClusters, numExtra, numTemplates: 0 };
}

function estimate(numResidues: number, maxClusters = 512, maxExtra = 1024, numRows?: number) {
  const chainLengths = [numResidues];
  return estimateAlphafold2(PUBLISHED, { chainLengths, maxClusters, maxExtra, numRows });
}

describe('memory of a prediction', () => {
  it('of 1,000 residues with 512 clusters and 1,024 extra rows is less than 20 GB', () => {
    expect(estimate(1000).megabytes).toBeLessThan(20_000);
    expect(fitAlphafold2(PUBLISHED, sizes(1000), 20 * GB).oneGraphAtOnce).toBe(true);
  });

  it.each([
    // `npm run bench:full-size -- alphafold2 --residues 100`; `--blocks 1 --recycles 0 --residues 256,400`
    [100, 48, 973],
    [256, 1, 1034],
    [400, 1, 1952],
  ])(
    'of %d residues with %d blocks is what was measured, or somewhat more',
    (length, numBlocks, megabytes) => {
      const config = { ...PUBLISHED, evoformer: { ...PUBLISHED.evoformer, numBlocks } };
      const workload = { chainLengths: [length], maxClusters: 64, maxExtra: 128 };
      const estimated = estimateAlphafold2(config, workload).megabytes;
      expect(estimated).toBeGreaterThan(megabytes);
      expect(estimated).toBeLessThan(1.6 * megabytes);
    },
  );

  it('is refused with both numbers when it does not fit', () => {
    expect(() => fitAlphafold2(PUBLISHED, sizes(2000), 20 * GB)).toThrow(
      expect.objectContaining({
        code: 'MEMORY_ESTIMATE',
        message: expect.stringMatching(
          /^2000 residues would take about 3\d\.\d GB of memory; 20\.0 GB may be used$/,
        ) as string,
      }) as Error,
    );
  });

  it('grows with residues, clusters and extra rows', () => {
    const smallest = estimate(300, 64, 128).megabytes;
    expect(estimate(400, 64, 128).megabytes).toBeGreaterThan(smallest);
    expect(estimate(300, 512, 128).megabytes).toBeGreaterThan(smallest);
    expect(estimate(300, 64, 5120).megabytes).toBeGreaterThan(smallest);
  });

  it('counts only the rows that an alignment has', () => {
    expect(estimate(300, 512, 1024, 1)).toEqual(estimate(300, 1, 1));
    expect(estimate(300, 512, 1024, 100)).toEqual(estimate(300, 100, 1));
    expect(estimate(300, 512, 1024, 600)).toEqual(estimate(300, 512, 88));
  });

  it('is not kept by graphs that do not run, unless these are small', () => {
    expect(fitAlphafold2(PUBLISHED, sizes(100, 64, 128), 16 * GB).oneGraphAtOnce).toBe(false);
    expect(fitAlphafold2(PUBLISHED, sizes(256, 64, 128), 16 * GB).oneGraphAtOnce).toBe(true);
  });

  it('goes into smaller pieces where there is little', () => {
    const piece = (memoryBytes?: number) =>
      withChunks(PUBLISHED, sizes(1000), memoryBytes).chunkBytes!;
    expect(piece(4 * GB)).toBeLessThan(piece());
    expect(piece(1)).toBeGreaterThan(0);
  });
});

it('expects more passes, residues and rows to take longer', () => {
  const seconds = (numResidues: number, numRecycles: number, maxClusters: number) =>
    estimateAlphafold2(PUBLISHED, {
      chainLengths: [numResidues],
      numRecycles,
      maxClusters,
      maxExtra: 128,
    }).seconds;
  expect(seconds(100, 3, 64)).toBeGreaterThan(seconds(100, 0, 64));
  expect(seconds(200, 0, 64)).toBeGreaterThan(seconds(100, 0, 64));
  expect(seconds(100, 0, 512)).toBeGreaterThan(seconds(100, 0, 64));
});
