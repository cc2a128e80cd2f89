import type { Alphafold2Sizes } from '#architectures/alphafold2/config';
import { describe, expect, it } from 'vitest';
import { parseAlphafold2Config } from '#architectures/alphafold2/config-file';
import { estimateAlphafold2 } from '#architectures/alphafold2/estimate';
import {
  fitAlphafold2,
  predictionBytes,
  stageCosts,
  withChunks,
  type StageCost,
} from '#architectures/alphafold2/memory';
import { alphafold2Parameters } from '#architectures/alphafold2/network-stages';
import { publishedAlphafold2Config } from '#weights/alphafold2/published-config';
import { alphafold2Model } from '../../../helpers/alphafold2-network.js';

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

describe('by hand', () => {
  const { config } = alphafold2Model();
  const { templates, ...without } = config;
  const tiny: Alphafold2Sizes = { batch: 1, numResidues: 7, numClusters: 5, numExtra: 3, numTemplates: 2 }; // prettier-ignore
  /** Stages of which the graphs take so much. */
  const costs = (...peaks: number[]) =>
    peaks.map((peakBytes) => ({ cost: { peakBytes } }) as StageCost);
  const bytesOf = (shapes: Iterable<readonly number[]>) =>
    4 * [...shapes].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const weights = bytesOf(alphafold2Parameters(config).values());

  it('a prediction takes the program, representations on their way, features, graphs and weights', () => {
    // pair three times, rows of clusters and templates three times; 49 and 4 channels of features; templates; positions
    const held = 4 * (3 * 49 * 24 + 7 * 3 * 7 * 32 + 7 * (5 * 49 + 4 * 3) + 2 * 49 * 16 + 49);
    const expected = 450e6 + held + 1.6 * 3e6 + weights;
    expect(predictionBytes(config, tiny, costs(1e6, 2e6))).toBeCloseTo(expected, 3);
    // many extra rows are three times what clusters wait for
    const rows = 7 * 32 + 3 * 100 * 20;
    const more = 4 * (3 * 49 * 24 + 7 * rows + 7 * (5 * 49 + 4 * 100) + 2 * 49 * 16 + 49);
    expect(predictionBytes(config, { ...tiny, numExtra: 100 }, costs(1e6, 2e6))).toBeCloseTo(
      expected - held + more,
      3,
    );
  });

  it('graphs stay compiled up to half a gigabyte, and else only the largest counts', () => {
    const graphs = (...peaks: number[]) =>
      predictionBytes(config, tiny, costs(...peaks)) - predictionBytes(config, tiny, costs(0));
    expect(graphs(2e8, 1.125e8)).toBeCloseTo(5e8, 3);
    expect(graphs(2e8, 1.126e8)).toBeCloseTo(3.2e8, 3);
    expect(graphs(1e8, 2e8, 0.2e8)).toBeCloseTo(3.2e8, 3);
  });

  /** Bytes of weights of which one block of each stack is in memory, half of them twice. */
  const streamedOf = (network: typeof config) =>
    1.5 *
    bytesOf(
      [...alphafold2Parameters(network)]
        .filter(([name]) => Number(/\.blocks\.(\d+)/.exec(name)?.[1] ?? 0) === 0)
        .map(([, shape]) => shape),
    );

  it('streamed weights are those of the first block of each stack, half of them twice', () => {
    const streamed = streamedOf(PUBLISHED);
    const network = (evoformerBlocks: number) => ({
      ...PUBLISHED,
      evoformer: { ...PUBLISHED.evoformer, numBlocks: evoformerBlocks },
    });
    const [many, one] = [400, 1].map((blocks) => predictionBytes(network(blocks), tiny, costs(0)));
    const decoded = bytesOf(alphafold2Parameters(network(1)).values());
    expect(many! - one!).toBeCloseTo(streamed - decoded, 0);
  });

  it('pieces take 256 MB up to 512 residues, and grow with the pair representation from there', () => {
    const piece = (numResidues: number, memoryBytes?: number) =>
      withChunks(PUBLISHED, sizes(numResidues), memoryBytes).chunkBytes;
    expect([100, 512, 1024, 1536].map((n) => piece(n))).toEqual([256e6, 256e6, 1024e6, 2304e6]);
    expect(piece(1024, 4e9)).toBe(0.5e9);
    expect(piece(1024, 8.2e9)).toBe(1024e6);
    expect(piece(1024, 0.8e9)).toBe(128e6);
    const given = { ...PUBLISHED, chunkBytes: 5 };
    expect(withChunks(given, sizes(1024), 4e9)).toBe(given);
  });

  it('stages over templates are run where there are some and the network reads them', () => {
    const names = (numTemplates: number, network = config) =>
      stageCosts(network, { ...tiny, numTemplates }).map(({ build }) => build.name);
    expect(names(1).filter((name) => name.startsWith('template'))).toHaveLength(5);
    expect(names(0).filter((name) => name.startsWith('template'))).toEqual([]);
    expect(templates!.numBlocks).toBe(2);
    expect(names(1, without)).toEqual(names(0));
  });

  it('time goes into products and into what is moved, once for each pass, template or prediction', () => {
    const workload = { chainLengths: [4, 3], maxClusters: 5, maxExtra: 3, numTemplates: 2 };
    const secondsOf = (per: string) =>
      stageCosts(withChunks(config, tiny), tiny)
        .filter((stage) => stage.per === per)
        .reduce((sum, { cost, scopes }) => {
          const once = cost.operations / 1.2e11 + cost.movedBytes / 2e10;
          return sum + scopes.length * once;
        }, 0);
    const seconds = (numRecycles: number, changes = {}) =>
      estimateAlphafold2(config, { ...workload, numRecycles, ...changes }).seconds;
    const [pass, template, once] = ['pass', 'template', 'prediction'].map(secondsOf);
    expect(seconds(0)).toBeCloseTo(1 + pass! + 2 * template! + once!, 12);
    expect(seconds(3) - seconds(0)).toBeCloseTo(3 * pass!, 12);
    expect(estimateAlphafold2(config, workload)).toEqual(
      estimateAlphafold2(config, { ...workload, numRecycles: config.defaults.numRecycles }),
    );
    // four templates at most
    expect(seconds(0, { numTemplates: 9 })).toBe(seconds(0, { numTemplates: 4 }));
    expect(seconds(0, { numTemplates: 4 })).toBeGreaterThan(seconds(0, { numTemplates: 3 }));
    const noTemplates = estimateAlphafold2(without, { ...workload, numRecycles: 0 }).seconds;
    expect(noTemplates).toBe(seconds(0, { numTemplates: 0 }));
    expect(noTemplates).toBe(seconds(0, { numTemplates: undefined }));
  });

  it('memory is that of the graphs that will run, in megabytes that are not too few', () => {
    const workload = { chainLengths: [7], maxClusters: 5, maxExtra: 3, numTemplates: 2 };
    const chunked = withChunks(config, tiny);
    const bytes = predictionBytes(chunked, tiny, stageCosts(chunked, tiny));
    expect(estimateAlphafold2(config, workload).megabytes).toBe(Math.ceil(bytes / 1e6));
    const fitted = fitAlphafold2(config, tiny, 16e9);
    expect(fitted.config).toEqual(chunked);
    expect(fitted.holding).toBe('decoded');
    expect(fitted.graphs().length).toBe(stageCosts(config, tiny).length);
    fitAlphafold2(config, tiny, bytes);
    expect(() => fitAlphafold2(config, tiny, bytes - 1)).toThrow('7 residues would take about');
  });

  it('an alignment of the query alone has one extra row, which does not count', () => {
    const alone = { ...tiny, numClusters: 1, numExtra: 1, numTemplates: 0 };
    const chunked = withChunks(config, alone);
    const expected = stageCosts(chunked, alone)
      .filter(({ per }) => per !== 'template')
      .reduce((sum, { cost, scopes }) => {
        const once = cost.operations / 1.2e11 + cost.movedBytes / 2e10;
        return sum + scopes.length * once;
      }, 1);
    const workload = { chainLengths: [7], numRecycles: 0, numRows: 1 };
    expect(estimateAlphafold2(config, workload).seconds).toBeCloseTo(expected, 12);
    const published = { ...config, defaults: { ...config.defaults, maxClusters: 5, maxExtra: 3 } };
    expect(estimateAlphafold2(published, { chainLengths: [7], numTemplates: 2 })).toEqual(
      estimateAlphafold2(config, { chainLengths: [7], numTemplates: 2, maxClusters: 5, maxExtra: 3 }), // prettier-ignore
    );
  });

  it('a network that reads no templates holds nothing of them but their rows', () => {
    const [two, none] = [2, 0].map((numTemplates) =>
      predictionBytes(without, { ...tiny, numTemplates }, costs(0)),
    );
    expect(two! - none!).toBeCloseTo(4 * 7 * 3 * 2 * 32, 3);
  });

  it('weights in graphs count whole and are kept, others where twice as much is free', () => {
    const chunked = withChunks(config, tiny);
    const work = predictionBytes(config, tiny, stageCosts(chunked, tiny)) - weights;
    const fitted = (memoryBytes: number, areInGraphs: boolean) =>
      fitAlphafold2(config, tiny, memoryBytes, { keptBytes: 3e9, areInGraphs, decodedLimit: 0 });
    expect(fitted(work + 3e9 + 1, true).holding).toBe('kept');
    expect(() => fitted(work + 3e9 - 1, true)).toThrow('7 residues would take about 3.');
    const room = 2 * (work + 3e9 + streamedOf(config));
    expect([room + 1, room - 1].map((bytes) => fitted(bytes, false).holding)).toEqual(['kept', 'streamed']); // prettier-ignore
  });
});
